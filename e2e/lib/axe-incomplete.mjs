// What axe can't tell by itself ("incomplete") and people have looked at. Anything else that it can't tell fails a page, until
// somebody has looked at it and either mended it or put it here with the reason.
const looked = [
];

// settled tells whether somebody has looked at this kind of place.
export function settled(rule, node) {
  return looked.some((l) => l.rule === rule && l.where.test(`${node.target.join(" ")} ${node.html}`));
}

// list is for the record in docs.
export const list = () => looked.map(({ rule, where, why }) => ({ rule, where: String(where), why }));
