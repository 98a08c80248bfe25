//! The pages of the documentation that are made from the code's own texts: one an outcome, one a finding, and the lists of
//! them. What stands under `docs` is what the code says now.
//!
//! `UPDATE_EXPECT=1 cargo test -p pinglens --test docs` writes the pages again.
#![cfg(not(target_arch = "wasm32"))]

use pinglens::guide::Guide;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The folder of each kind, and what the list of it begins with.
const KINDS: [(&str, &str, &str); 2] = [
    (
        "outcome",
        "outcomes",
        "# Outcomes\n\nWhy one request ended. Every ActiveSync request has one of these, with how certain it is and, where there is \
         one, the request that caused it.\n",
    ),
    (
        "finding",
        "findings",
        "# Findings\n\nPatterns over many requests, each with its severity, its certainty, the lines that show it and what to do.\n",
    ),
];

fn docs() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs")
}

/// Every page by its path under `docs`.
fn pages() -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    for (kind, folder, head) in KINDS {
        let mut list =
            format!("{head}\n| code | what it is called | how much it matters |\n|---|---|---|\n");
        for guide in Guide::all().filter(|guide| guide.kind == kind) {
            let Guide {
                code,
                title,
                grades,
                ..
            } = guide;
            list.push_str(&format!("| [`{code}`]({code}.md) | {title} | {grades} |\n"));
            pages.insert(format!("{folder}/{code}.md"), guide.page());
        }
        pages.insert(format!("{folder}/README.md"), list);
    }
    pages
}

#[test]
fn pages_say_what_the_code_says() {
    let pages = pages();
    for (name, text) in &pages {
        let path = docs().join(name);
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::create_dir_all(path.parent().expect("it is in a folder"))
                .expect("the folder can be made");
            std::fs::write(&path, text).expect("the page can be written");
        }
        let there = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            &there == text,
            "docs/{name} is not what the code says; see the head of this test"
        );
    }
    for (_, folder, _) in KINDS {
        for file in std::fs::read_dir(docs().join(folder))
            .expect("the folder is there")
            .flatten()
        {
            let name = format!("{folder}/{}", file.file_name().to_string_lossy());
            assert!(pages.contains_key(&name), "docs/{name} belongs to no code");
        }
    }
}

/// Every source of tests, in Rust and for the page, as one text.
fn sources(folder: &std::path::Path, all: &mut String) {
    for entry in std::fs::read_dir(folder).expect("a folder of the checkout") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() && !["node_modules", "target", "pkg", "corpus"].contains(&&*name) {
            sources(&path, all);
        } else if path.extension().is_some_and(|e| e == "rs" || e == "mjs") {
            all.push_str(&std::fs::read_to_string(&path).unwrap_or_default());
        }
    }
}

#[test]
fn what_is_said_of_hostile_input_is_tested() {
    let root = docs().join("..");
    let mut all = String::new();
    for folder in ["crate/src", "crate/tests", "tests"] {
        sources(&root.join(folder), &mut all);
    }
    let table = std::fs::read_to_string(docs().join("hostile.md")).expect("the page is there");
    let rows: Vec<&str> = table.lines().filter(|line| line.ends_with("` |")).collect();
    assert!(rows.len() > 20, "{}", rows.len());
    for row in rows {
        let test = row
            .trim_end_matches("` |")
            .rsplit_once('`')
            .map(|(_, test)| test);
        let test = test.expect("a row ends with the name of a test");
        let found = all.contains(&format!("fn {test}(")) || all.contains(&format!("test('{test}'"));
        assert!(found, "there is no test {test}");
    }
}
