/** @module Files that import each other in a circle: none of them can be understood, moved or loaded alone. */

/** A file and the files it imports by path, all relative to the root. */
export interface SourceImports {
  file: string;
  imports: readonly string[];
}

/**
 * Groups of files that reach each other by their imports, `import type` included; in each the files are in alphabetical order.
 * (Tarjan's strongly connected components.)
 */
export function findCircles(sources: readonly SourceImports[]): string[][] {
  const graph = new Map(sources.map(({ file, imports }) => [file, imports]));
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];

  const visit = (file: string): void => {
    order.set(file, order.size);
    lowest.set(file, order.get(file)!);
    open.push(file);
    for (const imported of graph.get(file)!) {
      if (!graph.has(imported)) continue;
      if (!order.has(imported)) visit(imported);
      // A file that has left the stack belongs to a finished group.
      if (open.includes(imported)) lowest.set(file, Math.min(lowest.get(file)!, lowest.get(imported)!));
    }
    if (lowest.get(file) !== order.get(file)) return;
    const group = open.splice(open.indexOf(file)).sort();
    if (group.length > 1 || graph.get(file)!.includes(file)) circles.push(group);
  };

  for (const { file } of sources) if (!order.has(file)) visit(file);
  return circles;
}
