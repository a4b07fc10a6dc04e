/**
 * The list of tickets by hash. In the store it lies in 256 blocks by the first two hex digits, so that a long list is
 * written and read quickly and a few changes touch a few blocks.
 */

const PREFIX = 2;

export function createList() {
  const blocks = new Map();
  let size = 0;
  let orders = null;

  const keyOf = (hash) => hash.slice(0, PREFIX);

  function blockOf(key) {
    if (!blocks.has(key)) blocks.set(key, new Map());
    return blocks.get(key);
  }

  function take(records) {
    for (const record of records) {
      const block = blockOf(keyOf(record.hash));
      if (!block.has(record.hash)) {
        size += 1;
        if (orders) addToOrder(record);
      }
      block.set(record.hash, record);
    }
  }

  function addToOrder({ hash, order }) {
    if (order === undefined) return;
    if (!orders.has(order)) orders.set(order, []);
    orders.get(order).push(hash);
  }

  const find = (hash) => blocks.get(keyOf(hash))?.get(hash) ?? null;

  function* records() {
    for (const block of blocks.values()) yield* block.values();
  }

  function byOrder() {
    if (orders) return orders;
    orders = new Map();
    for (const record of records()) addToOrder(record);
    return orders;
  }

  return {
    take,
    records,
    /** Takes a block as the store keeps it. */
    fill: take,
    get: find,
    count: () => size,
    /** Those of these records that say something new. */
    news: (records) => records.filter((record) => JSON.stringify(record) !== JSON.stringify(find(record.hash))),
    /** The hashes of all tickets of one order. */
    ofOrder: (order) => byOrder().get(order) ?? [],
    /** All blocks as the store keeps them: lists of records. */
    blocks: () => [...blocks].map(([key, block]) => [key, [...block.values()]]),
    /** Only the blocks that these records change, with the change in them. */
    blocksWith(changed) {
      const touched = new Map();
      for (const record of changed) {
        const key = keyOf(record.hash);
        if (!touched.has(key)) touched.set(key, new Map(blocks.get(key)));
        touched.get(key).set(record.hash, record);
      }
      return [...touched].map(([key, block]) => [key, [...block.values()]]);
    },
    clear() {
      blocks.clear();
      size = 0;
      orders = null;
    },
  };
}
