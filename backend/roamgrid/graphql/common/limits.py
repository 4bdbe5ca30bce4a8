"""How big one operation may be. The rules are classes made once: a class made per request would empty the validation cache."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from graphql import (
    ASTValidationRule,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
    get_named_type,
)
from graphql.type import GraphQLInterfaceType

from roamgrid.graphql.common.paging import DEFAULT_FIRST, MAX_FIRST

MAX_TOKENS = 2_000
MAX_ALIASES = 20
MAX_DEPTH = 14
MAX_COST = 10_000
MAX_MUTATIONS = 4
_CONNECTION = "Connection"
_LIST_LENGTH = 3
"""How many objects a list without `first` is taken to hold."""


class LimitAliases(ValidationRule):
    """Aliases multiply work behind one field name."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._count = 0

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        self._count += node.alias is not None
        if self._count == MAX_ALIASES + 1:
            self.report_error(_too_big("ALIAS_LIMIT", f"more than {MAX_ALIASES} aliases", node))


class LimitShape(ValidationRule):
    """Depth, cost (objects that an answer can hold) and the number of mutations, each computed before anything runs."""

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        schema = self.context.schema
        root = schema.get_root_type(node.operation)
        if root is None:
            return
        if node.operation is OperationType.MUTATION and len(node.selection_set.selections) > MAX_MUTATIONS:
            self.report_error(_too_big("MUTATION_LIMIT", f"more than {MAX_MUTATIONS} mutations in one operation", node))
        shape = _Measure(self.context).selections(node.selection_set, root)
        if shape.depth > MAX_DEPTH:
            self.report_error(_too_big("DEPTH_LIMIT", f"deeper than {MAX_DEPTH} levels", node))
        if shape.cost > MAX_COST:
            self.report_error(_too_big("COST_LIMIT", f"costs {shape.cost}, allowed is {MAX_COST}", node, cost=shape.cost))


RULES: list[type[ASTValidationRule]] = [LimitAliases, LimitShape]


class _Shape(NamedTuple):
    depth: int
    cost: int


_NOTHING = _Shape(0, 0)


class _Measure:
    """Each fragment is measured once, so that fragments of fragments cannot make the measuring itself expensive."""

    def __init__(self, context: ValidationContext) -> None:
        self._context = context
        self._fragments: dict[str, _Shape] = {}

    def selections(self, node: SelectionSetNode, parent: GraphQLOutputType) -> _Shape:
        depth, cost = 0, 0
        for selection in node.selections:
            shape = self._selection(selection, parent)
            depth, cost = max(depth, shape.depth), cost + shape.cost
        return _Shape(depth, cost)

    def _selection(self, node: Any, parent: GraphQLOutputType) -> _Shape:
        if isinstance(node, FieldNode):
            return self._field(node, parent)
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition.name.value if node.type_condition else None
            return self.selections(node.selection_set, self._type(condition) or parent)
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value)
        return _NOTHING

    def _fragment(self, name: str) -> _Shape:
        if name not in self._fragments:
            self._fragments[name] = _NOTHING  # a fragment within itself is another rule's finding
            fragment = self._context.get_fragment(name)
            target = self._type(fragment.type_condition.name.value) if fragment else None
            if isinstance(fragment, FragmentDefinitionNode) and target is not None:
                self._fragments[name] = self.selections(fragment.selection_set, target)
        return self._fragments[name]

    def _field(self, node: FieldNode, parent: GraphQLOutputType) -> _Shape:
        fields: Mapping[str, Any] = parent.fields if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) else {}
        definition = fields.get(node.name.value)
        if definition is None or node.selection_set is None:
            return _Shape(1, 0)
        within = self.selections(node.selection_set, get_named_type(definition.type))
        return _Shape(within.depth + 1, _length(node, definition.type, parent) * (within.cost + 1))

    def _type(self, name: str | None) -> Any:
        return self._context.schema.get_type(name) if name else None


def _length(node: FieldNode, kind: GraphQLOutputType, parent: GraphQLOutputType) -> int:
    """How many objects a field can yield: the page asked for, else a guess for lists. Unknown variables count in full."""
    first = next((argument.value for argument in node.arguments or () if argument.name.value == "first"), None)
    if isinstance(first, IntValueNode):
        return max(1, int(first.value))
    if first is not None:
        return MAX_FIRST
    if get_named_type(kind).name.endswith(_CONNECTION):
        return DEFAULT_FIRST
    if get_named_type(parent).name.endswith(_CONNECTION):
        return 1  # its page was counted where it was asked for
    bare = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    return _LIST_LENGTH if isinstance(bare, GraphQLList) else 1


def _too_big(code: str, message: str, node: Any, **extensions: object) -> GraphQLError:
    return GraphQLError(f"This operation is too big: {message}.", node, extensions={"code": code, **extensions})
