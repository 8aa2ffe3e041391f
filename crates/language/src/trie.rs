//! All phrases as one tree: a text is read once, however many phrases begin alike.

use question::Unit;

use crate::lexicon::WordId;

/// Position of a node.
pub(crate) type NodeId = u32;

/// Most tokens of a label.
pub(crate) const MOST_LABEL_TOKENS: usize = 8;
/// Most tokens of a quantity with its tolerance.
pub(crate) const MOST_QUANTITY_TOKENS: usize = 12;

/// What has a name that is no label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameOf {
    Frame,
    Region,
}

/// What a hole takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Label,
    /// The name of a frame, or of a region.
    Name(NameOf),
    /// Names of frames.
    Frames {
        least: usize,
        most: usize,
    },
    List {
        least: usize,
        most: usize,
    },
    /// The kind of which each thing is a candidate, as "which chair" has it.
    EachOf,
    /// A given quantity, or, `claimed`, one that may have a tolerance.
    Quantity {
        unit: Unit,
        claimed: bool,
    },
    Count,
    Turn,
    /// Column and row of a pixel.
    Pixel,
    /// Pixels.
    Pixels {
        least: usize,
        most: usize,
    },
    /// A place as a camera has it, which may have a tolerance.
    Point,
    /// A place in the world.
    Place,
}

impl Kind {
    fn least_tokens(self) -> usize {
        match self {
            Self::Frames { least, .. } => least,
            Self::Pixel => 2,
            Self::Pixels { least, .. } => 2 * least,
            // "the chairs" are a list too.
            _ => 1,
        }
    }

    fn most_tokens(self) -> usize {
        match self {
            Self::Label | Self::Name(_) | Self::EachOf => MOST_LABEL_TOKENS,
            Self::List { most, .. } | Self::Frames { most, .. } => most * (MOST_LABEL_TOKENS + 1),
            Self::Quantity { .. } | Self::Turn => MOST_QUANTITY_TOKENS,
            Self::Count => 1,
            Self::Pixel => 2,
            // Each with a conjunction before it.
            Self::Pixels { most, .. } => 3 * most,
            Self::Point | Self::Place => 4 * MOST_QUANTITY_TOKENS,
        }
    }
}

/// A step through a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Word(WordId),
    Slot(Kind),
}

#[derive(Debug, Default)]
pub(crate) struct Node {
    /// Sorted by word.
    words: Vec<(WordId, NodeId)>,
    pub(crate) slots: Vec<(Kind, NodeId)>,
    /// Positions in the book's list of endings.
    pub(crate) ends: Vec<u32>,
    /// Fewest tokens from here to an ending.
    pub(crate) least: usize,
    /// Most tokens from here to an ending.
    pub(crate) most: usize,
}

impl Node {
    pub(crate) fn child(&self, word: WordId) -> Option<NodeId> {
        self.words.binary_search_by_key(&word, |(word, _)| *word).ok().map(|at| self.words[at].1)
    }
}

#[derive(Debug)]
pub(crate) struct Trie {
    nodes: Vec<Node>,
}

impl Default for Trie {
    fn default() -> Self {
        Self { nodes: vec![fresh()] }
    }
}

fn fresh() -> Node {
    Node { least: usize::MAX, ..Node::default() }
}

impl Trie {
    pub(crate) const ROOT: NodeId = 0;

    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn insert(&mut self, steps: &[Step], end: u32) {
        let least: Vec<usize> = widths(steps, |step| match step {
            Step::Word(_) => 1,
            Step::Slot(kind) => kind.least_tokens(),
        });
        let most: Vec<usize> = widths(steps, |step| match step {
            Step::Word(_) => 1,
            Step::Slot(kind) => kind.most_tokens(),
        });
        let mut here = Self::ROOT;
        for at in 0..=steps.len() {
            let node = &mut self.nodes[here as usize];
            node.least = node.least.min(least[at]);
            node.most = node.most.max(most[at]);
            match steps.get(at) {
                Some(step) => here = self.step(here, *step),
                None => node.ends.push(end),
            }
        }
    }

    fn step(&mut self, here: NodeId, step: Step) -> NodeId {
        let next = self.nodes.len() as NodeId;
        let node = &mut self.nodes[here as usize];
        match step {
            Step::Word(word) => match node.words.binary_search_by_key(&word, |(word, _)| *word) {
                Ok(at) => return node.words[at].1,
                Err(at) => node.words.insert(at, (word, next)),
            },
            Step::Slot(kind) => {
                if let Some((_, id)) = node.slots.iter().find(|(other, _)| *other == kind) {
                    return *id;
                }
                node.slots.push((kind, next));
            }
        }
        self.nodes.push(fresh());
        next
    }
}

/// For each position, the tokens from there to the end.
fn widths(steps: &[Step], of: impl Fn(&Step) -> usize) -> Vec<usize> {
    let mut out = vec![0; steps.len() + 1];
    for at in (0..steps.len()).rev() {
        out[at] = out[at + 1] + of(&steps[at]);
    }
    out
}
