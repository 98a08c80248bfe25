/**
 * Where the system names no language (`LANG=C`), WebKit calls the browser's own `C`, which `Intl` refuses. The chart
 * library asks for it as soon as it is there, and the whole page would end with that. This stands before it.
 */
try {
  Intl.getCanonicalLocales(navigator.language);
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en' });
}
