//! Expressions, with the macros of the language expanded.

use crate::types::Type;
use crate::value::Constant;

/// An operator with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Or,
    And,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

/// What a macro over a list or map computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoldKind {
    All,
    Exists,
    ExistsOne,
    Filter,
    Map,
    TransformList,
    TransformMap,
    TransformMapEntry,
    SortBy,
}

/// A macro: one or two variables run over a range.
#[derive(Clone, Debug, PartialEq)]
pub struct Fold {
    pub kind: FoldKind,
    pub range: Expr,
    pub variables: Vec<String>,
    /// The predicate or transformation; for those with both, the predicate comes first.
    pub steps: Vec<Expr>,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// Where an expression stands in the text, in bytes: the parser says it for errors, the checker takes it away.
    At(usize, Box<Expr>),
    Constant(Constant),
    Ident(String),
    /// What is read from JSON as a text and stands for another type.
    Read(Type, Box<Expr>),
    Select {
        from: Box<Expr>,
        field: String,
        optional: bool,
    },
    Has {
        from: Box<Expr>,
        field: String,
    },
    Index {
        from: Box<Expr>,
        index: Box<Expr>,
        optional: bool,
    },
    Call {
        target: Option<Box<Expr>>,
        function: String,
        arguments: Vec<Expr>,
    },
    Not(Box<Expr>),
    Negate(Box<Expr>),
    Binary(Operator, Box<Expr>, Box<Expr>),
    Conditional(Box<Expr>, Box<Expr>, Box<Expr>),
    /// Elements, each with whether an absent one is left out.
    List(Vec<(Expr, bool)>),
    Map(Vec<(Expr, Expr, bool)>),
    /// `Name{field: value}`.
    Message(String, Vec<(String, Expr, bool)>),
    Fold(Box<Fold>),
    Bind {
        name: String,
        value: Box<Expr>,
        body: Box<Expr>,
    },
    /// `x.optMap(v, e)`, and with `true` `x.optFlatMap(v, e)`.
    OptMap {
        from: Box<Expr>,
        name: String,
        body: Box<Expr>,
        flat: bool,
    },
}

impl Expr {
    /// The expression itself, without its place.
    pub fn placeless(&self) -> &Expr {
        match self {
            Self::At(_, inner) => inner.placeless(),
            other => other,
        }
    }

    /// Takes the place away, and gives it.
    pub fn take_place(&mut self) -> Option<usize> {
        let mut place = None;
        while let Self::At(at, inner) = self {
            place = Some(*at);
            *self = std::mem::replace(&mut **inner, Self::Constant(Constant::Null));
        }
        place
    }

    /// Takes the places of a name with dots away.
    pub fn take_places(&mut self) {
        self.take_place();
        if let Self::Select { from, .. } = self {
            from.take_places();
        }
    }

    /// The expressions directly below.
    pub fn children(&self) -> Vec<&Expr> {
        match self {
            Self::Constant(_) | Self::Ident(_) => Vec::new(),
            Self::Select { from, .. } | Self::Has { from, .. } => vec![from],
            Self::Index { from, index, .. } => vec![from, index],
            Self::Call { target, arguments, .. } => target.iter().map(|t| &**t).chain(arguments).collect(),
            Self::Not(inner) | Self::Negate(inner) | Self::Read(_, inner) | Self::At(_, inner) => vec![inner],
            Self::Binary(_, a, b) => vec![a, b],
            Self::Conditional(a, b, c) => vec![a, b, c],
            Self::List(items) => items.iter().map(|(item, _)| item).collect(),
            Self::Map(entries) => entries.iter().flat_map(|(key, value, _)| [key, value]).collect(),
            Self::Message(_, fields) => fields.iter().map(|(_, value, _)| value).collect(),
            Self::Fold(fold) => std::iter::once(&fold.range).chain(&fold.steps).collect(),
            Self::Bind { value, body, .. } => vec![value, body],
            Self::OptMap { from, body, .. } => vec![from, body],
        }
    }
}
