/** What ended, or a role that was taken away, is noticed within five seconds by every server. */
const TRUSTED_MS = 4_000;
const MAX_KNOWN = 10_000;

/** Answers of the database that are asked for again and again. */
export class Remembered<T> {
  readonly #known = new Map<string, { readonly found: Promise<T | null>; readonly until: number }>();

  get(key: string, lookUp: (key: string) => Promise<T | null>): Promise<T | null> {
    const remembered = this.#known.get(key);
    if (remembered && remembered.until > performance.now()) return remembered.found;
    const entry = { found: lookUp(key), until: performance.now() + TRUSTED_MS };
    this.#known.delete(key);
    this.#known.set(key, entry);
    if (this.#known.size > MAX_KNOWN) this.#known.delete(String(this.#known.keys().next().value));
    entry.found.catch(() => this.#known.get(key) === entry && this.#known.delete(key));
    return entry.found;
  }

  forget(key: string): void {
    this.#known.delete(key);
  }
}
