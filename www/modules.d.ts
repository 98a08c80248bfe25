/** What `build.mjs` puts in place of names that are no files of this folder. */

/** The whole worker, bundled, as text for a blob. */
declare module 'pinglens:worker' {
  const script: string;
  export default script;
}

/** The texts of every language but English, by its code. */
declare module 'pinglens:catalogues' {
  const catalogues: Record<string, import('./language/say').Catalogue | undefined>;
  export default catalogues;
}

/** The sample log as text. */
declare module 'pinglens:sample' {
  const log: string;
  export default log;
}

/** The bytes of the WebAssembly module, packed as xz. */
declare module 'pinglens:wasm' {
  const packed: Uint8Array<ArrayBuffer>;
  export default packed;
}

/** The script that wasm-bindgen writes for the module. */
declare module 'pinglens:core' {
  export function initSync(options: { module: BufferSource }): void;
  export const Inspector: {
    new (): import('./types').Inspector;
    outcomes(): import('./types').OutcomeName[];
    restored(requests: Uint8Array): import('./types').Inspector;
    formats(): import('./types').Format[];
    texts(file: File, piece: (text: number, bytes: Uint8Array) => void): Promise<void>;
    guide(code: string): import('./types').Guide | undefined;
    check(format: string): string | undefined;
  };
}
