import { dirname, join, relative } from 'node:path'
import ts from 'typescript'
import { jsxAttribute, jsxText } from '../ui/jsx.ts'

const root = join(import.meta.dirname, '../..')
const runtime = join(root, 'src/ui/jsx.ts')
const voidElements = ['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'wbr']
// What hono/jsx treats in a way of its own, and no page of ours uses.
const refusedAttributes = ['className', 'dangerouslySetInnerHTML', 'htmlFor', 'key', 'ref']

/**
 * Makes templates of JSX, in which all that never changes is text already: an element costs nothing then, and a component
 * no more than the call of a function. hono/jsx, which shows the same where JSX is not compiled, makes a tree of objects
 * first, and keeps track of its context with hooks that slow down each promise of the process.
 * @throws Error for JSX that would come out otherwise than with hono/jsx
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

  /** Text and expressions in turn as they come. */
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
    // Which of two attributes of one name counts is known at run time only.
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

  /** An entity would have to be read: the sign itself does as well. */
  function plain(text: string): string {
    if (text.includes('&')) throw new Error(`${file.fileName}: write the sign in place of an entity`)
    return text
  }

  /** What a component gets as its children. One that is an expression stays what it is. */
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

/** HTML as it will be, an expression that makes such HTML, or one that is a child still. */
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

/** What the expression is, where it is written out; else undefined. */
function literal(node: ts.Expression): string | number | boolean | undefined {
  if (ts.isStringLiteralLike(node)) return node.text
  if (ts.isNumericLiteral(node)) return Number(node.text)
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken)
    return ts.isNumericLiteral(node.operand) ? -Number(node.operand.text) : undefined
  if (node.kind === ts.SyntaxKind.TrueKeyword) return true
  return node.kind === ts.SyntaxKind.FalseKeyword ? false : undefined
}

/** JSX text without its line breaks: lines are trimmed where they were broken, and joined by a blank. */
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
