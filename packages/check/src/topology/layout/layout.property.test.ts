import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { layOut, type Layout } from "./layout.ts";
import { CARD, type Box, type Point } from "./places.ts";
import type { GridEdge, GridNode } from "./grid.ts";

const graph = fc
  .record({
    nodes: fc.array(
      fc.record({
        lane: fc.integer({ min: 0, max: 4 }),
        rank: fc.integer({ min: 0, max: 2 }),
        band: fc.integer({ min: 0, max: 2 }),
      }),
      { maxLength: 60 },
    ),
    edges: fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 150 }),
  })
  .map(({ nodes, edges }) => ({
    nodes: nodes.map(({ lane, rank, band }, index): GridNode => ({
      id: `n${index}`,
      lane,
      rank: lane === 2 ? rank : 0,
      band,
    })),
    edges: edges
      .map(([from, to]): GridEdge => ({
        from: `n${from % Math.max(1, nodes.length)}`,
        to: `n${to % Math.max(1, nodes.length)}`,
      }))
      .filter(({ from, to }) => nodes.length > 0 && from !== to),
  }));

describe("a layout of any graph", () => {
  it("gives each box a place of its own, inside of its lane and of the sheet", () => {
    fc.assert(
      fc.property(graph, ({ nodes, edges }) => {
        const layout = layOut(nodes, edges);
        assert.equal(layout.cards.size, nodes.length);
        const boxes = [...layout.cards.values()];
        for (const [index, one] of boxes.entries()) {
          for (const other of boxes.slice(index + 1)) assert.ok(!overlap(one, other), JSON.stringify([one, other]));
        }
        for (const { id, lane } of nodes) {
          const box = layout.cards.get(id);
          const frame = layout.lanes.find((one) => one.lane === lane);
          assert.ok(box && frame && inside(box, frame));
        }
        for (const [index, one] of layout.lanes.entries()) {
          for (const other of layout.lanes.slice(index + 1)) assert.ok(!overlap(one, other));
        }
        assert.ok(boxes.every((box) => inside(box, { x: 0, y: 0, width: layout.width, height: layout.height })));
      }),
      { numRuns: 150 },
    );
  });

  it("draws each edge from box to box, along and across only, through no box on its way", () => {
    fc.assert(
      fc.property(graph, ({ nodes, edges }) => {
        const layout = layOut(nodes, edges);
        assert.equal(layout.lines.size, edges.length);
        for (const [index, { from, to }] of edges.entries()) {
          const points = layout.lines.get(index) ?? [];
          assert.ok(onSide(points[0], layout.cards.get(from)), "it begins at the side of its box");
          assert.ok(onSide(points.at(-1), layout.cards.get(to)), "it ends at the side of its box");
          for (const [one, other] of segments(points)) {
            assert.ok(one.x === other.x || one.y === other.y);
            for (const box of layout.cards.values())
              assert.ok(!crosses(one, other, box), JSON.stringify([one, other, box]));
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it("keeps what belongs to a band inside of it, and each band below the one before", () => {
    fc.assert(
      fc.property(graph, ({ nodes, edges }) => {
        const { cards, bands } = layOut(nodes, edges);
        for (const { id, band } of nodes) {
          const [box, frame] = [cards.get(id), bands.find((one) => one.band === band)];
          assert.ok(box && frame && inside(box, frame));
        }
        for (const [index, band] of bands.slice(1).entries()) {
          const before = bands[index];
          assert.ok(before && before.y + before.height < band.y && before.band < band.band);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("is the same for the same graph", () => {
    fc.assert(
      fc.property(graph, ({ nodes, edges }) => {
        assert.deepEqual(plain(layOut(nodes, edges)), plain(layOut(nodes, edges)));
      }),
      { numRuns: 30 },
    );
  });

  it("ends for one box that everything is joined to, and for a chain through every box", () => {
    const nodes = Array.from({ length: 400 }, (_, index): GridNode => ({
      id: `n${index}`,
      lane: index % 5,
      rank: 0,
      band: 0,
    }));
    const star = nodes.slice(1).map(({ id }): GridEdge => ({ from: "n0", to: id }));
    const chain = nodes.slice(1).map(({ id }, index): GridEdge => ({ from: `n${index}`, to: id }));
    for (const edges of [star, chain, [...star, ...chain]]) assert.equal(layOut(nodes, edges).lines.size, edges.length);
  });
});

function overlap(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

function inside(box: Box, frame: Box): boolean {
  return (
    box.x >= frame.x &&
    box.y >= frame.y &&
    box.x + box.width <= frame.x + frame.width &&
    box.y + box.height <= frame.y + frame.height
  );
}

function onSide(point: Point | undefined, box: Box | undefined): boolean {
  if (!point || !box) return false;
  return (point.x === box.x || point.x === box.x + CARD.width) && point.y > box.y && point.y < box.y + CARD.height;
}

/** Whether the segment has a point inside of the box; its border does not count. */
function crosses(one: Point, other: Point, box: Box): boolean {
  const [left, right] = [Math.min(one.x, other.x), Math.max(one.x, other.x)];
  const [top, bottom] = [Math.min(one.y, other.y), Math.max(one.y, other.y)];
  return left < box.x + box.width && right > box.x && top < box.y + box.height && bottom > box.y;
}

function segments(points: readonly Point[]): readonly (readonly [Point, Point])[] {
  return points.slice(1).flatMap((point, index) => {
    const before = points[index];
    return before ? [[before, point] as const] : [];
  });
}

function plain({ cards, lines, ...rest }: Layout): unknown {
  return { cards: [...cards], lines: [...lines], ...rest };
}
