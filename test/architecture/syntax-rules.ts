import type { Node } from 'oxc-parser';
import { nodesOf, placeOf, type SourceFile } from './syntax.ts';

/** What type stripping cannot run, and what switches the type checker off. */
export function syntaxFaults(source: SourceFile): string[] {
  return [...nodesOf(source.program)].flatMap(node => {
    const what = refused(node);
    return what === null ? [] : [`${placeOf(source, node)}: ${what}`];
  });
}

function refused(node: Node): string | null {
  switch (node.type) {
    case 'TSEnumDeclaration':
      return 'enum';
    case 'Decorator':
      return 'decorator';
    case 'TSParameterProperty':
      return 'parameter property';
    case 'TSAnyKeyword':
      return 'any';
    case 'TSNonNullExpression':
      return 'non-null assertion';
    case 'TSImportEqualsDeclaration':
    case 'TSExportAssignment':
      return 'import or export by assignment';
    case 'TSModuleDeclaration':
      return node.declare ? null : 'namespace';
    case 'VariableDeclarator':
    case 'PropertyDefinition':
      return node.definite === true ? 'definite assignment assertion' : null;
    default:
      return null;
  }
}
