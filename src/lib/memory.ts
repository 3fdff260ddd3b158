/** What was found out last, by key. */
export interface Memory<V> {
  get(key: string): V | undefined
  set(key: string, value: V): void
}

/** Keeps the `most` that were asked for last. */
export function createMemory<V>(most: number): Memory<V> {
  const kept = new Map<string, V>()
  const set = (key: string, value: V) => {
    kept.delete(key)
    kept.set(key, value)
    // A map has its keys in the order in which they came.
    if (kept.size > most) for (const oldest of kept.keys()) return kept.delete(oldest)
  }

  return {
    get(key) {
      const value = kept.get(key)
      if (value !== undefined) set(key, value)
      return value
    },
    set: (key, value) => void set(key, value),
  }
}
