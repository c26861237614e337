/** @module Small faults that could be made in a TypeScript file, found in its syntax tree. */
import ts from 'typescript';

/** One fault: the text from `start` to `end` replaced. */
export interface Mutant {
  line: number;
  start: number;
  end: number;
  before: string;
  after: string;
}

const SWAPPED = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.EqualsEqualsEqualsToken, '!=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, '==='],
  [ts.SyntaxKind.LessThanToken, '<='],
  [ts.SyntaxKind.LessThanEqualsToken, '<'],
  [ts.SyntaxKind.GreaterThanToken, '>='],
  [ts.SyntaxKind.GreaterThanEqualsToken, '>'],
  [ts.SyntaxKind.AmpersandAmpersandToken, '||'],
  [ts.SyntaxKind.BarBarToken, '&&'],
  [ts.SyntaxKind.QuestionQuestionToken, '&&'],
  [ts.SyntaxKind.PlusToken, '-'],
  [ts.SyntaxKind.MinusToken, '+'],
]);

/** Every mutant of a file; types, imports and texts of messages have none. */
export function findMutants(source: string): Mutant[] {
  const file = ts.createSourceFile('mutated.ts', source, ts.ScriptTarget.Latest, true);
  const mutants: Mutant[] = [];
  const add = (node: ts.Node, after: string) => {
    const start = node.getStart(file);
    const end = node.getEnd();
    const before = source.slice(start, end);
    const { line } = file.getLineAndCharacterOfPosition(start);
    if (before !== after) mutants.push({ line: line + 1, start, end, before, after });
  };
  const visit = (node: ts.Node): void => {
    if (
      ts.isTypeNode(node) ||
      ts.isImportDeclaration(node) ||
      ts.isInterfaceDeclaration(node) ||
      ts.isTypeAliasDeclaration(node)
    )
      return;
    if (ts.isBinaryExpression(node)) {
      const swapped = SWAPPED.get(node.operatorToken.kind);
      if (swapped !== undefined) add(node.operatorToken, swapped);
    } else if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
      add(node, node.operand.getText(file));
    } else if (node.kind === ts.SyntaxKind.TrueKeyword) add(node, 'false');
    else if (node.kind === ts.SyntaxKind.FalseKeyword) add(node, 'true');
    else if (ts.isNumericLiteral(node)) add(node, String(Number(node.text) + 1));
    else if (ts.isIfStatement(node)) {
      add(node.expression, 'true');
      add(node.expression, 'false');
    } else if (ts.isConditionalExpression(node)) {
      add(node.condition, 'true');
      add(node.condition, 'false');
    } else if (ts.isExpressionStatement(node) && isEffect(node.expression)) add(node, ';');
    else if (ts.isReturnStatement(node) && node.expression && node.expression.getText(file) !== 'undefined') {
      add(node.expression, 'undefined as never');
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return mutants;
}

/** A call or an assignment that stands for itself. */
function isEffect(node: ts.Expression): boolean {
  const bare = ts.isAwaitExpression(node) ? node.expression : node;
  return (
    ts.isCallExpression(bare) ||
    (ts.isBinaryExpression(bare) && bare.operatorToken.kind === ts.SyntaxKind.EqualsToken)
  );
}
