//! From a template's text to tokens, with the places and the complaints of Go's scanner (package
//! `text/template/parse`).

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Open,
    Close,
    Space,
    Field,
    Variable,
    Identifier,
    /// One of Go's keywords for actions, `.` and `nil`.
    Keyword,
    Bool,
    Number,
    Character,
    Quoted,
    Raw,
    /// `=` and `:=`.
    Assign,
    Declare,
    Pipe,
    LeftParen,
    RightParen,
    /// Any other letter.
    Other,
    End,
    Error,
}

/// A piece of a template.
#[derive(Clone, Debug)]
pub struct Token {
    pub kind: Kind,
    /// Its text, or what is wrong.
    pub text: String,
    /// Where it begins, in bytes and lines.
    pub at: usize,
    pub line: usize,
}

impl Token {
    /// Whether it is this keyword.
    pub fn is(&self, keyword: &str) -> bool {
        self.kind == Kind::Keyword && self.text == keyword
    }

    /// As complaints show it.
    pub fn shown(&self) -> String {
        match self.kind {
            Kind::End => "EOF".into(),
            Kind::Error => self.text.clone(),
            Kind::Keyword => format!("<{}>", self.text),
            _ if self.text.len() > 10 => format!("{:?}...", self.text.chars().take(10).collect::<String>()),
            _ => format!("{:?}", self.text),
        }
    }
}

const KEYWORDS: &[&str] =
    &["block", "break", "continue", "define", "else", "end", "if", "nil", "range", "template", "with"];

/// All tokens; the last is the end, or what is wrong.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut lexer = Lexer { text, at: 0, start: 0, found: Vec::new(), parens: 0 };
    if let Err(wrong) = lexer.text() {
        let line = lexer.line(lexer.start);
        lexer.found.push(Token { kind: Kind::Error, text: wrong, at: lexer.start, line });
    } else {
        lexer.start = lexer.at;
        lexer.emit(Kind::End);
    }
    lexer.found
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    /// Where the token under way began.
    start: usize,
    found: Vec<Token>,
    parens: usize,
}

type Step = Result<(), String>;

fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\r' | '\n')
}

fn is_name(letter: char) -> bool {
    letter == '_' || letter.is_alphanumeric()
}

fn bad(letter: Option<char>) -> String {
    let letter = letter.unwrap_or('\0');
    let shown = if letter.is_control() { String::new() } else { format!(" '{letter}'") };
    format!("U+{:04X}{shown}", u32::from(letter))
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.at += letter.len_utf8();
        Some(letter)
    }

    fn line(&self, at: usize) -> usize {
        1 + self.text[..at].matches('\n').count()
    }

    fn emit(&mut self, kind: Kind) {
        let text = self.text[self.start..self.at].into();
        self.found.push(Token { kind, text, at: self.start, line: self.line(self.start) });
        self.start = self.at;
    }

    /// What stands outside of actions.
    fn text(&mut self) -> Step {
        loop {
            let Some(open) = self.rest().find("{{") else {
                self.at = self.text.len();
                if self.at > self.start {
                    self.emit(Kind::Text);
                }
                return Ok(());
            };
            let before = self.at;
            self.at += open;
            let trims = Self::trims_left(&self.text[self.at + 2..]);
            let end = self.at;
            if trims {
                self.at = before + self.text[before..end].trim_end_matches(is_space).len();
            }
            if self.at > self.start {
                self.emit(Kind::Text);
            }
            (self.at, self.start) = (end, end);
            self.at += 2;
            let inside = if trims { self.at + 2 } else { self.at };
            if self.text[inside..].starts_with("/*") {
                self.at = inside;
                self.comment()?;
                continue;
            }
            self.emit(Kind::Open);
            (self.at, self.start) = (inside, inside);
            self.parens = 0;
            self.action()?;
        }
    }

    fn trims_left(rest: &str) -> bool {
        let mut letters = rest.chars();
        letters.next() == Some('-') && letters.next().is_some_and(is_space)
    }

    /// Whether an action ends here, and whether what follows loses its blanks.
    fn ends(&self) -> Option<bool> {
        let rest = self.rest();
        if rest.starts_with(is_space) && rest[1..].starts_with("-}}") {
            return Some(true);
        }
        rest.starts_with("}}").then_some(false)
    }

    fn close(&mut self, trims: bool) {
        if trims {
            self.at += 2;
            self.start = self.at;
        }
        self.at += 2;
        self.emit(Kind::Close);
        if trims {
            self.at = self.text.len() - self.rest().trim_start_matches(is_space).len();
        }
        self.start = self.at;
    }

    fn comment(&mut self) -> Step {
        let close = self.rest().find("*/").ok_or("unclosed comment")?;
        self.at += close + 2;
        let trims = self.ends().ok_or("comment ends before closing delimiter")?;
        self.close(trims);
        // It leaves nothing behind.
        self.found.pop();
        Ok(())
    }

    fn action(&mut self) -> Step {
        loop {
            if let Some(trims) = self.ends() {
                if self.parens > 0 {
                    return Err("unclosed left paren".into());
                }
                self.close(trims);
                return Ok(());
            }
            self.start = self.at;
            let Some(letter) = self.next() else { return Err("unclosed action".into()) };
            match letter {
                letter if is_space(letter) => {
                    while self.peek().is_some_and(is_space) && self.ends().is_none() {
                        self.next();
                    }
                    self.emit(Kind::Space);
                }
                '=' => self.emit(Kind::Assign),
                ':' => {
                    if self.next() != Some('=') {
                        return Err("expected :=".into());
                    }
                    self.emit(Kind::Declare);
                }
                '|' => self.emit(Kind::Pipe),
                '"' => self.quoted('"', Kind::Quoted, "unterminated quoted string")?,
                '\'' => self.quoted('\'', Kind::Character, "unterminated character constant")?,
                '`' => {
                    let close = self.rest().find('`').ok_or("unterminated raw quoted string")?;
                    self.at += close + 1;
                    self.emit(Kind::Raw);
                }
                '$' => self.name(Kind::Variable)?,
                '.' if !self.peek().is_some_and(|next| next.is_ascii_digit()) => {
                    if self.at_end_of_word() {
                        self.emit(Kind::Keyword);
                    } else {
                        self.name(Kind::Field)?;
                    }
                }
                '.' | '+' | '-' | '0'..='9' => {
                    self.at = self.start;
                    self.number()?;
                }
                letter if is_name(letter) => {
                    self.name(Kind::Identifier)?;
                    if let Some(last) = self.found.last_mut() {
                        last.kind = match last.text.as_str() {
                            "true" | "false" => Kind::Bool,
                            word if KEYWORDS.contains(&word) => Kind::Keyword,
                            _ => Kind::Identifier,
                        };
                    }
                }
                '(' => {
                    self.parens += 1;
                    self.emit(Kind::LeftParen);
                }
                ')' => {
                    self.parens = self.parens.checked_sub(1).ok_or("unexpected right paren")?;
                    self.emit(Kind::RightParen);
                }
                letter if letter.is_ascii_graphic() => self.emit(Kind::Other),
                letter => return Err(format!("unrecognized character in action: {}", bad(Some(letter)))),
            }
        }
    }

    /// Whether a name may end here.
    fn at_end_of_word(&self) -> bool {
        match self.peek() {
            None => true,
            Some(letter) => {
                is_space(letter)
                    || matches!(letter, '.' | ',' | '|' | ':' | ')' | '(')
                    || self.rest().starts_with("}}")
            }
        }
    }

    fn name(&mut self, kind: Kind) -> Step {
        while self.peek().is_some_and(is_name) {
            self.next();
        }
        if !self.at_end_of_word() {
            return Err(format!("bad character {}", bad(self.peek())));
        }
        self.emit(kind);
        Ok(())
    }

    fn quoted(&mut self, quote: char, kind: Kind, wrong: &str) -> Step {
        loop {
            match self.next() {
                Some('\\') if self.peek().is_some_and(|next| next != '\n') => {
                    self.next();
                }
                None | Some('\n' | '\\') => return Err(wrong.into()),
                Some(letter) if letter == quote => break,
                Some(_) => {}
            }
        }
        self.emit(kind);
        Ok(())
    }

    fn take(&mut self, letters: &str) -> bool {
        let found = self.peek().is_some_and(|letter| letters.contains(letter));
        if found {
            self.next();
        }
        found
    }

    fn take_all(&mut self, letters: &str) {
        while self.take(letters) {}
    }

    fn number(&mut self) -> Step {
        self.take("+-");
        let (mut digits, mut exponent) = ("0123456789_", "eE");
        if self.take("0") {
            if self.take("xX") {
                (digits, exponent) = ("0123456789abcdefABCDEF_", "pP");
            } else if self.take("oO") {
                (digits, exponent) = ("01234567_", "");
            } else if self.take("bB") {
                (digits, exponent) = ("01_", "");
            }
        }
        self.take_all(digits);
        if self.take(".") {
            self.take_all(digits);
        }
        if self.take(exponent) {
            self.take("+-");
            self.take_all("0123456789_");
        }
        self.take("i");
        if self.peek().is_some_and(is_name) {
            self.next();
            return Err(format!("bad number syntax: {:?}", &self.text[self.start..self.at]));
        }
        self.emit(Kind::Number);
        Ok(())
    }
}
