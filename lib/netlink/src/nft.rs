//! nftables: tables, chains, rules, sets and maps in transactions that the kernel applies whole
//! or not at all.

use std::net::IpAddr;
use std::time::Duration;

use crate::{APPEND, CREATE, Error, Message, Socket};

const SUBSYSTEM: u16 = 10 << 8;
const NEWTABLE: u16 = 0;
const GETTABLE: u16 = 1;
const DELTABLE: u16 = 2;
const NEWCHAIN: u16 = 3;
const DELCHAIN: u16 = 5;
const NEWRULE: u16 = 6;
const DELRULE: u16 = 8;
const NEWSET: u16 = 9;
const DELSET: u16 = 11;
const NEWELEMENT: u16 = 12;
const DELELEMENT: u16 = 14;
const BATCH_BEGIN: u16 = 0x10;
const BATCH_END: u16 = 0x11;

/// How many elements go in one message: an attribute holds less than 64 kB.
const CHUNK: usize = 400;

/// Which packets a table sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// IPv4.
    Ip,
    /// IPv6.
    Ip6,
}

impl Family {
    fn number(self) -> u8 {
        match self {
            Self::Ip => 2,
            Self::Ip6 => 10,
        }
    }

    /// Whether the address belongs to it.
    pub fn has(self, ip: IpAddr) -> bool {
        ip.is_ipv4() == (self == Self::Ip)
    }
}

/// Where a base chain hooks in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hook {
    /// `nat` or `filter`.
    pub kind: &'static str,
    /// 0 prerouting, 1 input, 2 forward, 3 output, 4 postrouting.
    pub number: u32,
    /// Lower comes first.
    pub priority: i32,
}

/// What a rule or a map's element decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Let it through this hook.
    Accept,
    /// Throw it away.
    Drop,
    /// Back to the calling chain.
    Return,
    /// Into a chain, and back.
    Jump(String),
    /// Into a chain for good.
    Goto(String),
}

/// A part of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Source address.
    Source,
    /// Destination address.
    Destination,
    /// TCP, UDP, SCTP.
    Protocol,
    /// Destination port.
    Port,
}

/// One step of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Source address in (or, inverted, not in) a network.
    SourceIn(IpAddr, u8, bool),
    /// Destination address in (or, inverted, not in) a network.
    DestinationIn(IpAddr, u8, bool),
    /// TCP 6, UDP 17, SCTP 132.
    Protocol(u8),
    /// The source (false) or destination (true) address is this machine's.
    Local(bool),
    /// A new connection.
    New,
    /// Bits of the mark are all set (or, inverted, all clear).
    Marked(u32, bool),
    /// Sets bits of the mark.
    Mark(u32),
    /// Flips bits of the mark.
    FlipMark(u32),
    /// Looks the key up in a verdict map.
    VerdictMap(Vec<Field>, String),
    /// Goes on only if the key is in the set (or, inverted, is not).
    InSet(Vec<Field>, String, bool),
    /// Adds or refreshes the source address in a set with timeouts.
    Remember(String),
    /// A random one of these.
    Random(Vec<Verdict>),
    /// Destination NAT.
    Dnat(IpAddr, u16),
    /// Destination NAT to the address and port that a map has for the key.
    DnatMap(Vec<Field>, String),
    /// Source NAT to the outgoing link's address.
    Masquerade,
    /// Answers "port unreachable".
    Reject,
    /// Ends the rule.
    Verdict(Verdict),
}

/// A rule.
pub type Rule = Vec<Step>;

/// A named set or map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    /// Its name.
    pub name: String,
    /// What its keys are made of.
    pub key: Vec<Field>,
    /// What it maps to.
    pub data: Data,
    /// How long an element stays after it was last added.
    pub timeout: Option<Duration>,
    /// Holds networks rather than addresses.
    pub interval: bool,
}

/// What a set maps to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Data {
    /// Nothing: it is a set.
    None,
    /// A verdict.
    Verdict,
    /// An address and a port.
    Endpoint,
}

/// An element's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Of a set.
    None,
    /// Of a verdict map.
    Verdict(Verdict),
    /// Of a map of addresses and ports.
    Endpoint(IpAddr, u16),
}

/// Changes that happen together.
pub struct Transaction {
    family: Family,
    table: String,
    messages: Vec<Message>,
    anonymous: u32,
}

/// A key's bytes: every part padded to four.
pub fn key(parts: &[Part]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts {
        match part {
            Part::Ip(IpAddr::V4(ip)) => bytes.extend_from_slice(&ip.octets()),
            Part::Ip(IpAddr::V6(ip)) => bytes.extend_from_slice(&ip.octets()),
            Part::Protocol(number) => bytes.extend_from_slice(&[*number, 0, 0, 0]),
            Part::Port(port) => {
                bytes.extend_from_slice(&port.to_be_bytes());
                bytes.extend_from_slice(&[0, 0]);
            }
        }
    }
    bytes
}

/// A part of an element's key.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    /// An address.
    Ip(IpAddr),
    /// TCP, UDP, SCTP by number.
    Protocol(u8),
    /// A port.
    Port(u16),
}

const DNAT: u32 = 1;
/// The first 4-byte register.
const REGISTER: u32 = 8;

impl Transaction {
    /// On one table.
    pub fn new(family: Family, table: impl Into<String>) -> Self {
        Self { family, table: table.into(), messages: Vec::new(), anonymous: 0 }
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// Applies everything, or nothing.
    pub fn commit(self, socket: &mut Socket) -> Result<(), Error> {
        let mut part = vec![0u8, 0];
        part.extend_from_slice(&10u16.to_be_bytes());
        let edge = |kind| Message::new(kind, 0, "transaction").fixed(&part);
        socket.send_all(edge(BATCH_BEGIN), self.messages, edge(BATCH_END))
    }

    fn message(&self, kind: u16, flags: u16, what: String) -> Message {
        Message::new(SUBSYSTEM | kind, flags, format!("nftables {} {what}", self.table)).fixed(&[
            self.family.number(),
            0,
            0,
            0,
        ])
    }

    /// Makes the table; one that is there is fine.
    pub fn add_table(&mut self) {
        let mut message = self.message(NEWTABLE, CREATE, "table".into());
        message.put_text(1, &self.table);
        self.messages.push(message);
    }

    /// Removes the table with all that is in it.
    pub fn delete_table(&mut self) {
        let mut message = self.message(DELTABLE, 0, "table".into());
        message.put_text(1, &self.table);
        self.messages.push(message);
    }

    /// Makes a chain; one that is there is fine.
    pub fn add_chain(&mut self, name: &str, hook: Option<Hook>) {
        let mut message = self.message(NEWCHAIN, CREATE, format!("chain {name}"));
        message.put_text(1, &self.table);
        message.put_text(3, name);
        if let Some(hook) = hook {
            message.nest(4, |message| {
                message.put_be32(1, hook.number);
                message.put_be32(2, hook.priority as u32);
            });
            message.put_text(7, hook.kind);
        }
        self.messages.push(message);
    }

    /// Removes every rule of a chain.
    pub fn flush_chain(&mut self, name: &str) {
        let mut message = self.message(DELRULE, 0, format!("flush chain {name}"));
        message.put_text(1, &self.table);
        message.put_text(2, name);
        self.messages.push(message);
    }

    /// Removes an empty chain that nothing leads to.
    pub fn delete_chain(&mut self, name: &str) {
        let mut message = self.message(DELCHAIN, 0, format!("delete chain {name}"));
        message.put_text(1, &self.table);
        message.put_text(3, name);
        self.messages.push(message);
    }

    /// Makes a set or map; the same one being there is fine.
    pub fn add_set(&mut self, set: &Set) {
        let mut message = self.message(NEWSET, CREATE, format!("set {}", set.name));
        self.anonymous += 1;
        let (kind, length) = self.key_type(&set.key);
        let mut flags = 0;
        if set.interval {
            flags |= 0x4;
        }
        if set.data != Data::None {
            flags |= 0x8;
        }
        if set.timeout.is_some() {
            flags |= 0x10 | 0x20;
        }
        message.put_text(1, &self.table);
        message.put_text(2, &set.name);
        message.put_be32(3, flags);
        message.put_be32(4, kind);
        message.put_be32(5, length);
        match set.data {
            Data::None => {}
            Data::Verdict => message.put_be32(6, 0xffff_ff00),
            Data::Endpoint => {
                let (kind, length) = self.key_type(&[Field::Destination, Field::Port]);
                message.put_be32(6, kind);
                message.put_be32(7, length);
            }
        }
        message.put_be32(10, self.anonymous);
        if let Some(timeout) = set.timeout {
            message.put(11, &(timeout.as_millis() as u64).to_be_bytes());
            // Updated by packets: it needs an upper bound.
            message.nest(9, |message| message.put_be32(1, 65535));
        }
        self.messages.push(message);
    }

    /// Removes a set or map that no rule uses.
    pub fn delete_set(&mut self, name: &str) {
        let mut message = self.message(DELSET, 0, format!("delete set {name}"));
        message.put_text(1, &self.table);
        message.put_text(2, name);
        self.messages.push(message);
    }

    /// The type number that `nft` shows, and the length in bytes.
    fn key_type(&self, fields: &[Field]) -> (u32, u32) {
        let (address, length) = match self.family {
            Family::Ip => (7, 4),
            Family::Ip6 => (8, 16),
        };
        fields.iter().fold((0, 0), |(kind, total), field| {
            let (number, length) = match field {
                Field::Source | Field::Destination => (address, length),
                Field::Protocol => (12, 4),
                Field::Port => (13, 4),
            };
            (kind << 6 | number, total + length)
        })
    }

    /// Adds elements to a set or map.
    pub fn add_elements(&mut self, set: &str, elements: &[(Vec<u8>, Value)]) {
        self.elements(NEWELEMENT, CREATE, set, elements);
    }

    /// Takes elements out.
    pub fn delete_elements(&mut self, set: &str, elements: &[(Vec<u8>, Value)]) {
        self.elements(DELELEMENT, 0, set, elements);
    }

    fn elements(&mut self, kind: u16, flags: u16, set: &str, elements: &[(Vec<u8>, Value)]) {
        for chunk in elements.chunks(CHUNK) {
            let mut message = self.message(kind, flags, format!("elements of {set}"));
            message.put_text(1, &self.table);
            message.put_text(2, set);
            put_elements(&mut message, chunk);
            self.messages.push(message);
        }
    }

    /// Appends a rule to a chain.
    pub fn add_rule(&mut self, chain: &str, rule: &Rule) {
        // Anonymous maps come before the rule that uses them.
        let mut maps = Vec::new();
        for step in rule {
            if let Step::Random(verdicts) = step {
                maps.push(self.random_map(verdicts));
            }
        }
        let mut maps = maps.into_iter();
        let mut message = self.message(NEWRULE, CREATE | APPEND, format!("rule in chain {chain}"));
        message.put_text(1, &self.table);
        message.put_text(2, chain);
        message.nest(4, |message| {
            for step in rule {
                let map = if matches!(step, Step::Random(_)) { maps.next() } else { None };
                self.step(message, step, map.unwrap_or_default());
            }
        });
        self.messages.push(message);
    }

    fn random_map(&mut self, verdicts: &[Verdict]) -> u32 {
        self.anonymous += 1;
        let id = self.anonymous;
        let mut message = self.message(NEWSET, CREATE, "anonymous map".into());
        message.put_text(1, &self.table);
        message.put_text(2, "__map%d");
        message.put_be32(3, 0x1 | 0x2 | 0x8);
        // A plain number, in the host's order.
        message.put_be32(4, 4);
        message.put_be32(5, 4);
        message.put_be32(6, 0xffff_ff00);
        message.put_be32(10, id);
        self.messages.push(message);
        let elements: Vec<(Vec<u8>, Value)> = verdicts
            .iter()
            .enumerate()
            .map(|(index, verdict)| ((index as u32).to_ne_bytes().to_vec(), Value::Verdict(verdict.clone())))
            .collect();
        for chunk in elements.chunks(CHUNK) {
            let mut message = self.message(NEWELEMENT, CREATE, "elements of an anonymous map".into());
            message.put_text(1, &self.table);
            message.put_text(2, "__map%d");
            message.put_be32(4, id);
            put_elements(&mut message, chunk);
            self.messages.push(message);
        }
        id
    }

    fn load(&self, message: &mut Message, field: Field, register: u32) -> u32 {
        let (address, source, destination) = match self.family {
            Family::Ip => (4, 12, 16),
            Family::Ip6 => (16, 8, 24),
        };
        match field {
            Field::Source => payload(message, register, 1, source, address),
            Field::Destination => payload(message, register, 1, destination, address),
            Field::Protocol => meta(message, register, 16),
            Field::Port => payload(message, register, 2, 2, 2),
        }
        match field {
            Field::Source | Field::Destination => address / 4,
            _ => 1,
        }
    }

    fn load_key(&self, message: &mut Message, fields: &[Field]) {
        let mut register = REGISTER;
        for field in fields {
            register += self.load(message, *field, register);
        }
    }

    fn step(&self, message: &mut Message, step: &Step, map: u32) {
        match step {
            Step::SourceIn(ip, prefix, inverted) => {
                self.network(message, Field::Source, *ip, *prefix, *inverted);
            }
            Step::DestinationIn(ip, prefix, inverted) => {
                self.network(message, Field::Destination, *ip, *prefix, *inverted);
            }
            Step::Protocol(number) => {
                meta(message, REGISTER, 16);
                compare(message, REGISTER, false, &[*number]);
            }
            Step::Local(destination) => {
                const LOCAL: u32 = 2;
                expression(message, "fib", |message| {
                    message.put_be32(1, REGISTER);
                    message.put_be32(2, 3);
                    message.put_be32(3, if *destination { 2 } else { 1 });
                });
                compare(message, REGISTER, false, &LOCAL.to_ne_bytes());
            }
            Step::New => {
                const NEW: u32 = 8;
                expression(message, "ct", |message| {
                    message.put_be32(1, REGISTER);
                    message.put_be32(2, 0);
                });
                bitwise(message, NEW, 0);
                compare(message, REGISTER, true, &0u32.to_ne_bytes());
            }
            Step::Marked(bits, inverted) => {
                meta(message, REGISTER, 3);
                bitwise(message, *bits, 0);
                compare(message, REGISTER, !*inverted, &0u32.to_ne_bytes());
            }
            Step::Mark(bits) => {
                meta(message, REGISTER, 3);
                bitwise(message, !*bits, *bits);
                set_mark(message);
            }
            Step::FlipMark(bits) => {
                meta(message, REGISTER, 3);
                bitwise(message, u32::MAX, *bits);
                set_mark(message);
            }
            Step::VerdictMap(fields, map) => {
                self.load_key(message, fields);
                lookup(message, map, Some(0), false, 0);
            }
            Step::InSet(fields, set, inverted) => {
                self.load_key(message, fields);
                lookup(message, set, None, *inverted, 0);
            }
            Step::Remember(set) => {
                self.load(message, Field::Source, REGISTER);
                expression(message, "dynset", |message| {
                    message.put_text(1, set);
                    message.put_be32(3, 1);
                    message.put_be32(4, REGISTER);
                });
            }
            Step::Random(verdicts) => {
                expression(message, "numgen", |message| {
                    message.put_be32(1, REGISTER);
                    message.put_be32(2, verdicts.len() as u32);
                    message.put_be32(3, 1);
                });
                lookup(message, "__map%d", Some(0), false, map);
            }
            Step::Dnat(ip, port) => {
                let words = match ip {
                    IpAddr::V4(ip) => {
                        immediate(message, REGISTER, &ip.octets());
                        1
                    }
                    IpAddr::V6(ip) => {
                        immediate(message, REGISTER, &ip.octets());
                        4
                    }
                };
                immediate(message, REGISTER + words, &port.to_be_bytes());
                self.nat(message, REGISTER, REGISTER + words);
            }
            Step::DnatMap(fields, map) => {
                self.load_key(message, fields);
                lookup(message, map, Some(REGISTER), false, 0);
                let words = if self.family == Family::Ip { 1 } else { 4 };
                self.nat(message, REGISTER, REGISTER + words);
            }
            Step::Masquerade => expression(message, "masq", |message| {
                const FULLY_RANDOM: u32 = 1 << 4;
                message.put_be32(1, FULLY_RANDOM);
            }),
            Step::Reject => expression(message, "reject", |message| {
                // "Port unreachable", in each family's numbers.
                const ICMP: u32 = 0;
                message.put_be32(1, ICMP);
                message.put(2, &[if self.family == Family::Ip { 3 } else { 4 }]);
            }),
            Step::Verdict(verdict) => expression(message, "immediate", |message| {
                message.put_be32(1, 0);
                message.nest(2, |message| put_verdict(message, verdict));
            }),
        }
    }

    fn network(&self, message: &mut Message, field: Field, ip: IpAddr, prefix: u8, inverted: bool) {
        self.load(message, field, REGISTER);
        let octets = match ip {
            IpAddr::V4(ip) => ip.octets().to_vec(),
            IpAddr::V6(ip) => ip.octets().to_vec(),
        };
        let mask: Vec<u8> = (0..octets.len())
            .map(|index| match usize::from(prefix).saturating_sub(index * 8) {
                0 => 0,
                bits if bits >= 8 => 0xff,
                bits => !(0xffu8 >> bits),
            })
            .collect();
        let masked: Vec<u8> = octets.iter().zip(&mask).map(|(octet, mask)| octet & mask).collect();
        if usize::from(prefix) < octets.len() * 8 {
            bitwise_bytes(message, &mask, &vec![0; mask.len()]);
        }
        compare(message, REGISTER, inverted, &masked);
    }

    fn nat(&self, message: &mut Message, address: u32, port: u32) {
        expression(message, "nat", |message| {
            message.put_be32(1, DNAT);
            message.put_be32(2, self.family.number().into());
            message.put_be32(3, address);
            message.put_be32(5, port);
        });
    }
}

fn expression(message: &mut Message, name: &str, fill: impl FnOnce(&mut Message)) {
    message.nest(1, |message| {
        message.put_text(1, name);
        message.nest(2, fill);
    });
}

fn payload(message: &mut Message, register: u32, base: u32, offset: u32, length: u32) {
    expression(message, "payload", |message| {
        message.put_be32(1, register);
        message.put_be32(2, base);
        message.put_be32(3, offset);
        message.put_be32(4, length);
    });
}

fn meta(message: &mut Message, register: u32, key: u32) {
    expression(message, "meta", |message| {
        message.put_be32(2, key);
        message.put_be32(1, register);
    });
}

fn set_mark(message: &mut Message) {
    expression(message, "meta", |message| {
        message.put_be32(2, 3);
        message.put_be32(3, REGISTER);
    });
}

fn value(message: &mut Message, kind: u16, bytes: &[u8]) {
    message.nest(kind, |message| message.put(1, bytes));
}

fn compare(message: &mut Message, register: u32, not: bool, bytes: &[u8]) {
    expression(message, "cmp", |message| {
        message.put_be32(1, register);
        message.put_be32(2, not.into());
        value(message, 3, bytes);
    });
}

fn bitwise(message: &mut Message, mask: u32, flip: u32) {
    bitwise_bytes(message, &mask.to_ne_bytes(), &flip.to_ne_bytes());
}

fn bitwise_bytes(message: &mut Message, mask: &[u8], flip: &[u8]) {
    expression(message, "bitwise", |message| {
        message.put_be32(1, REGISTER);
        message.put_be32(2, REGISTER);
        message.put_be32(3, mask.len() as u32);
        value(message, 4, mask);
        value(message, 5, flip);
    });
}

fn immediate(message: &mut Message, register: u32, bytes: &[u8]) {
    expression(message, "immediate", |message| {
        message.put_be32(1, register);
        value(message, 2, bytes);
    });
}

fn lookup(message: &mut Message, set: &str, register: Option<u32>, inverted: bool, id: u32) {
    expression(message, "lookup", |message| {
        message.put_text(1, set);
        message.put_be32(2, REGISTER);
        if let Some(register) = register {
            message.put_be32(3, register);
        }
        if id != 0 {
            message.put_be32(4, id);
        }
        if inverted {
            message.put_be32(5, 1);
        }
    });
}

fn put_verdict(message: &mut Message, verdict: &Verdict) {
    message.nest(2, |message| {
        let (code, chain) = match verdict {
            Verdict::Drop => (0, None),
            Verdict::Accept => (1, None),
            Verdict::Jump(chain) => (-3, Some(chain)),
            Verdict::Goto(chain) => (-4, Some(chain)),
            Verdict::Return => (-5, None),
        };
        message.put_be32(1, code as u32);
        if let Some(chain) = chain {
            message.put_text(2, chain);
        }
    });
}

fn put_elements(message: &mut Message, elements: &[(Vec<u8>, Value)]) {
    message.nest(3, |message| {
        for (key, data) in elements {
            message.nest(1, |message| {
                value(message, 1, key);
                match data {
                    Value::None => {}
                    Value::Verdict(verdict) => message.nest(2, |message| put_verdict(message, verdict)),
                    Value::Endpoint(ip, port) => {
                        value(message, 2, &self::key(&[Part::Ip(*ip), Part::Port(*port)]));
                    }
                }
            });
        }
    });
}

/// Whether a table is there.
pub fn table_exists(socket: &mut Socket, family: Family, table: &str) -> Result<bool, Error> {
    let mut message = Message::new(SUBSYSTEM | GETTABLE, 0, format!("nftables table {table}")).fixed(&[
        family.number(),
        0,
        0,
        0,
    ]);
    message.put_text(1, table);
    match socket.request(message) {
        Ok(_) => Ok(true),
        Err(error) if error.errno() == Some(libc::ENOENT) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Removes a table in both families; missing ones are fine.
pub fn remove_table(socket: &mut Socket, table: &str) -> Result<(), Error> {
    for family in [Family::Ip, Family::Ip6] {
        if table_exists(socket, family, table)? {
            let mut transaction = Transaction::new(family, table);
            transaction.delete_table();
            transaction.commit(socket)?;
        }
    }
    Ok(())
}
