// A rule of ESLint: a component reads its properties and deriveds before it waits. When the wait is over, the component may be
// gone, and what it would read then is stale: Svelte warns of it, if the machine is slow enough.

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
const LATE = new Set(['then', 'catch', 'finally']);

/** `$props()`, `$derived(…)` or `$derived.by(…)`. */
function isLive(node) {
  if (node?.type !== 'CallExpression') return false;
  const { callee } = node;
  const name = callee.type === 'MemberExpression' ? callee.object.name : callee.name;
  return name === '$props' || name === '$derived';
}

/** Children of a node. */
function* childrenOf(node, keys) {
  for (const key of keys[node.type] ?? []) {
    for (const child of [node[key]].flat()) if (child) yield child;
  }
}

/** Where a function's first wait ends; a loop with a wait is all after it. Infinity if it never waits. */
function waitOf(node, keys, loop = null) {
  let first = node.type === 'AwaitExpression' ? (loop ?? node.range[1]) : Infinity;
  for (const child of childrenOf(node, keys)) {
    if (FUNCTIONS.has(child.type)) continue;
    const around = loop ?? (/^(For|While|DoWhile)/.test(child.type) ? child.range[0] : null);
    first = Math.min(first, waitOf(child, keys, around));
  }
  return first;
}

/** Whether it runs later than what is around it. */
function isLate(node, reference, keys) {
  if (node.async) return reference.range[0] >= waitOf(node.body, keys);
  const call = node.parent;
  return call.type === 'CallExpression' && call.callee !== node && LATE.has(call.callee.property?.name ?? '');
}

/** Whether the rest of the properties is handed over whole: whoever gets it reads it later. */
function isHandedOver({ parent }, { node, name }) {
  const { properties = [] } = node.id;
  if (!properties.some(({ type, argument }) => type === 'RestElement' && argument.name === name.name))
    return false;
  return parent.type === 'CallExpression' && parent.callee.type === 'MemberExpression';
}

export default {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      late: '`{{name}}` is read after a wait, when the component may be gone. Read it before.',
      whole: 'Whoever gets `{{name}}` reads it after a wait. Hand over `{ ...{{name}} }`.',
    },
  },
  create(context) {
    const { scopeManager, visitorKeys } = context.sourceCode;
    const check = ({ identifier }, definition) => {
      const data = { name: identifier.name };
      if (isHandedOver(identifier, definition))
        context.report({ node: identifier, messageId: 'whole', data });
      for (let node = identifier.parent; node; node = node.parent) {
        if (!FUNCTIONS.has(node.type) || !isLate(node, identifier, visitorKeys)) continue;
        context.report({ node: identifier, messageId: 'late', data });
        return;
      }
    };
    return {
      'Program:exit'() {
        for (const scope of scopeManager.scopes) {
          for (const { defs, references } of scope.variables) {
            const definition = defs.find(({ node }) => isLive(node.init));
            if (!definition) continue;
            for (const reference of references) if (reference.isRead()) check(reference, definition);
          }
        }
      },
    };
  },
};
