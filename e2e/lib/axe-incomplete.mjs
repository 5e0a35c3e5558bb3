// What axe can't tell by itself ("incomplete") and people have looked at. Anything else that it can't tell fails a page, until
// somebody has looked at it and either mended it or put it here with the reason.
const looked = [
  {
    rule: "color-contrast", where: /<text /,
    why: "Labels of the evidence lie on the photo: white letters with a dark edge around them, which is readable on any picture. The "
      + "same words stand in the list beside it.",
  },
  {
    rule: "color-contrast", where: /\.pane-print > figcaption|<code>SHA-256/,
    why: "The drawing over the officer's picture reaches below its frame, where it is cut off: nothing lies over the words. Dark grey on "
      + "light grey, 6.4 to 1.",
  },
];

// settled tells whether somebody has looked at this kind of place.
export function settled(rule, node) {
  return looked.some((l) => l.rule === rule && l.where.test(`${node.target.join(" ")} ${node.html}`));
}

// list is for the record in docs.
export const list = () => looked.map(({ rule, where, why }) => ({ rule, where: String(where), why }));
