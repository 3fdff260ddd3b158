import { dirname, join, relative } from 'node:path'
import ts from 'typescript'
import { jsxAttribute, jsxText } from '../ui/jsx.ts'

const root = join(import.meta.dirname, '../..')
const runtime = join(root, 'src/ui/jsx.ts')
const voidElements = ['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'wbr']
// hono/jsx treats these specially, and no page uses them.
const refusedAttributes = ['className', 'dangerouslySetInnerHTML', 'htmlFor', 'key', 'ref']

/**
 * Compiles JSX to template strings in which the constant parts are text already: an element costs nothing, a component
 * one function call. hono/jsx, which renders the same where JSX is not compiled, builds a tree of objects first, and
 * tracks its context with hooks that slow down every promise of the process.
 * @throws Error for JSX that would render differently from hono/jsx
 */
export const precompileJsx: ts.TransformerFactory<ts.SourceFile> = (context) => (file) => {
  const { factory } = context
  const used = new Set<string>()
  const call = (name: string, ...values: ts.Expression[]) => {
    used.add(name)
    return factory.createCallExpression(factory.createIdentifier(name), undefined, values)
  }

  const visit = (node: ts.Node): ts.Node => {
    if (ts.isJsxFragment(node)) return template(childrenOf(node.children))
    if (ts.isJsxElement(node)) return element(node.openingElement, node.children)
    if (ts.isJsxSelfClosingElement(node)) return element(node, undefined)
    return ts.visitEachChild(node, visit, context)
  }
  const visitExpression = (node: ts.Expression): ts.Expression => ts.visitNode(node, visit, ts.isExpression)

  function element(opening: ts.JsxOpeningLikeElement, children?: ts.NodeArray<ts.JsxChild>): ts.Expression {
    const tag = opening.tagName.getText(file)
    if (isElement(tag)) return template(elementPieces(tag, opening, children))

    const inside = children ? childrenOf(children) : []
    return factory.createCallExpression(factory.createIdentifier(tag), undefined, [
      factory.createObjectLiteralExpression([
        ...properties(opening.attributes),
        ...(inside.length > 0 ? [factory.createPropertyAssignment('children', only(inside))] : []),
      ]),
    ])
  }

  /** The element's text and expressions, in order. */
  function elementPieces(
    tag: string,
    { attributes }: ts.JsxOpeningLikeElement,
    children?: ts.NodeArray<ts.JsxChild>,
  ): Piece[] {
    const inside = children ? childrenOf(children) : []
    const end = voidElements.includes(tag) && inside.length === 0 ? ['/>'] : ['>', ...inside, `</${tag}>`]
    return [`<${tag}`, ...attributePieces(attributes), ...end]
  }

  function attributePieces(attributes: ts.JsxAttributes): Piece[] {
    // Which of two attributes with one name wins is known only at run time.
    if (attributes.properties.some(ts.isJsxSpreadAttribute)) {
      return [{ html: call('jsxAttributes', factory.createObjectLiteralExpression(properties(attributes))) }]
    }
    return attributes.properties.filter(ts.isJsxAttribute).flatMap((attribute): Piece[] => {
      const name = nameOf(attribute)
      const value = valueOf(attribute)
      const known = literal(value)
      if (known !== undefined) return [jsxAttribute(name, known)]
      return [{ html: call('jsxAttribute', factory.createStringLiteral(name), value) }]
    })
  }

  const properties = (attributes: ts.JsxAttributes): ts.ObjectLiteralElementLike[] =>
    attributes.properties.map((attribute) =>
      ts.isJsxSpreadAttribute(attribute)
        ? factory.createSpreadAssignment(visitExpression(attribute.expression))
        : factory.createPropertyAssignment(factory.createStringLiteral(nameOf(attribute)), valueOf(attribute)),
    )

  function nameOf({ name }: ts.JsxAttribute): string {
    const text = name.getText(file)
    if (refusedAttributes.includes(text)) throw new Error(`${file.fileName}: ${text} cannot be compiled`)
    return text
  }

  function valueOf({ initializer }: ts.JsxAttribute): ts.Expression {
    if (initializer === undefined) return factory.createTrue()
    if (ts.isStringLiteral(initializer)) return factory.createStringLiteral(plain(initializer.text))
    return ts.isJsxExpression(initializer) && initializer.expression
      ? visitExpression(initializer.expression)
      : visitExpression(initializer)
  }

  function childrenOf(children: ts.NodeArray<ts.JsxChild>): Piece[] {
    return children.flatMap((child): Piece[] => {
      if (ts.isJsxText(child)) return [jsxText(unbroken(plain(child.text)))]
      if (ts.isJsxFragment(child)) return childrenOf(child.children)
      const opening = ts.isJsxElement(child) ? child.openingElement : child
      if (!ts.isJsxExpression(opening)) {
        const tag = opening.tagName.getText(file)
        const inside = ts.isJsxElement(child) ? child.children : undefined
        return isElement(tag) ? elementPieces(tag, opening, inside) : [{ child: visitExpression(child) }]
      }
      if (opening.expression === undefined) return []
      const known = literal(opening.expression)
      return [typeof known === 'string' ? jsxText(known) : { child: visitExpression(opening.expression) }]
    })
  }

  /** Refuses entities, which would have to be decoded: the character itself does as well. */
  function plain(text: string): string {
    if (text.includes('&')) throw new Error(`${file.fileName}: write the sign in place of an entity`)
    return text
  }

  /** The `children` of a component. A single expression stays as it is. */
  function only(pieces: Piece[]): ts.Expression {
    const [first] = pieces
    return pieces.length === 1 && typeof first === 'object' && 'child' in first ? first.child : template(pieces)
  }

  function template(pieces: Piece[]): ts.Expression {
    const texts = ['']
    const values: ts.Expression[] = []
    for (const piece of pieces) {
      if (typeof piece === 'string') texts[values.length] = (texts[values.length] ?? '') + piece
      else {
        values.push('html' in piece ? piece.html : call('jsxText', piece.child))
        texts.push('')
      }
    }
    const [head = '', ...tail] = texts
    const body =
      values.length === 0
        ? factory.createNoSubstitutionTemplateLiteral(head)
        : factory.createTemplateExpression(
            factory.createTemplateHead(head),
            values.map((value, index) =>
              factory.createTemplateSpan(
                value,
                index === values.length - 1
                  ? factory.createTemplateTail(tail[index] ?? '')
                  : factory.createTemplateMiddle(tail[index] ?? ''),
              ),
            ),
          )
    return call('jsxHtml', body)
  }

  const made = ts.visitEachChild(file, visit, context)
  if (used.size === 0) return made
  const helpers = importOf(factory, [...used], pathFrom(file.fileName))
  return factory.updateSourceFile(made, [helpers, ...made.statements])
}

/** Finished HTML, an expression that yields finished HTML, or a child that still has to be escaped. */
type Piece = string | { html: ts.Expression } | { child: ts.Expression }

const isElement = (tag: string): boolean => /^[a-z]/.test(tag)

const importOf = (factory: ts.NodeFactory, names: string[], from: string): ts.ImportDeclaration =>
  factory.createImportDeclaration(
    undefined,
    factory.createImportClause(
      undefined,
      undefined,
      factory.createNamedImports(
        names.map((name) => factory.createImportSpecifier(false, undefined, factory.createIdentifier(name))),
      ),
    ),
    factory.createStringLiteral(from),
  )

function pathFrom(fileName: string): string {
  const path = relative(dirname(fileName), runtime)
  return path.startsWith('.') ? path : `./${path}`
}

/** The value of a literal; undefined for any other expression. */
function literal(node: ts.Expression): string | number | boolean | undefined {
  if (ts.isStringLiteralLike(node)) return node.text
  if (ts.isNumericLiteral(node)) return Number(node.text)
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken)
    return ts.isNumericLiteral(node.operand) ? -Number(node.operand.text) : undefined
  if (node.kind === ts.SyntaxKind.TrueKeyword) return true
  return node.kind === ts.SyntaxKind.FalseKeyword ? false : undefined
}

/** JSX text without its line breaks: the lines are trimmed and joined by a space. */
function unbroken(text: string): string {
  const lines = text.split(/\r\n|\r|\n/)
  return lines
    .map((line, index) => {
      const begun = index === 0 ? line : line.replace(/^[ \t]+/, '')
      return index === lines.length - 1 ? begun : begun.replace(/[ \t]+$/, '')
    })
    .filter((line) => line !== '')
    .join(' ')
}
