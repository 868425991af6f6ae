//! Which of the members gets the next connection: as SRV records have it, those of the best priority
//! by their weights, in turn when they have none. Who does not answer is left out until it does.

/// One member's client port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remote {
    pub host: String,
    pub port: u16,
    /// The lowest ones come first.
    pub priority: u16,
    /// 0: no more often than others.
    pub weight: u16,
}

impl Remote {
    /// Reads an endpoint: a scheme is dropped (bytes are passed on as they are), and the port is 2379
    /// where none is named, as in etcd.
    ///
    /// # Errors
    /// Fails when the text names no host.
    pub fn parse(text: &str) -> Result<Self, String> {
        let bad = || format!("endpoint {text:?} is not an address; write it like 10.0.0.1:2379");
        let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
        let authority = rest.split('/').next().unwrap_or_default();
        let named = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if named(port) => (host, port.parse().map_err(|_| bad())?),
            _ => (authority, 2379),
        };
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        // An IPv6 address without brackets could be one with a port, too.
        if host.is_empty() || bare.is_none() && host.contains(':') {
            return Err(bad());
        }
        Ok(Self { host: bare.unwrap_or(host).to_string(), port, priority: 0, weight: 0 })
    }
}

impl std::fmt::Display for Remote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// All members, and which of them answer.
pub struct Remotes {
    all: Vec<(Remote, bool)>,
    turn: usize,
}

impl Remotes {
    /// All answer until one does not.
    pub fn new(all: Vec<Remote>) -> Self {
        Self { all: all.into_iter().map(|remote| (remote, true)).collect(), turn: 0 }
    }

    /// One of them.
    pub fn get(&self, at: usize) -> &Remote {
        &self.all[at].0
    }

    /// Those that don't answer.
    pub fn inactive(&self) -> Vec<usize> {
        (0..self.all.len()).filter(|at| !self.all[*at].1).collect()
    }

    /// Notes whether one answers; whether that is news.
    pub fn set(&mut self, at: usize, active: bool) -> bool {
        std::mem::replace(&mut self.all[at].1, active) != active
    }

    /// Who gets the next connection; `draw` is a random number below the one that it is given.
    pub fn pick(&mut self, mut draw: impl FnMut(u32) -> u32) -> Option<usize> {
        let active = || self.all.iter().enumerate().filter(|(_, (_, active))| *active);
        let best = active().map(|(_, (remote, _))| remote.priority).min()?;
        let class = active().filter(|(_, (remote, _))| remote.priority == best);
        let (weighted, others): (Vec<usize>, Vec<usize>) =
            class.map(|(at, _)| at).partition(|at| self.get(*at).weight > 0);
        // Where some have weights, those without get little.
        if !weighted.is_empty() && (others.is_empty() || draw(100) > 0) {
            let sum = weighted.iter().map(|at| u32::from(self.get(*at).weight)).sum();
            let mut drawn = draw(sum);
            for at in &weighted {
                let weight = u32::from(self.get(*at).weight);
                match drawn.checked_sub(weight) {
                    Some(rest) => drawn = rest,
                    None => return Some(*at),
                }
            }
        }
        self.turn = self.turn.wrapping_add(1);
        others.get(self.turn.checked_rem(others.len())?).copied()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn endpoints() {
        let check = |text: &str, host: &str, port| {
            let found = Remote::parse(text).expect("an address");
            assert_eq!((found.host.as_str(), found.port), (host, port), "{text}");
        };
        check("127.0.0.1:2379", "127.0.0.1", 2379);
        check("https://db.example:1234", "db.example", 1234);
        check("http://db/", "db", 2379);
        check("db", "db", 2379);
        check("[::1]:99", "::1", 99);
        check("http://[::1]", "::1", 2379);
        for bad in ["", ":2379", "http://", "::1", "db:99999"] {
            assert!(Remote::parse(bad).is_err(), "{bad:?}");
        }
        assert_eq!(Remote::parse("[::1]:99").expect("an address").to_string(), "[::1]:99");
    }

    fn remote(priority: u16, weight: u16) -> Remote {
        Remote { host: "h".into(), port: 1, priority, weight }
    }

    #[test]
    fn those_without_weights_take_turns() {
        let mut remotes = Remotes::new(vec![remote(0, 0); 3]);
        let mut counts = [0; 3];
        for _ in 0..30 {
            counts[remotes.pick(|_| 0).expect("one")] += 1;
        }
        assert_eq!(counts, [10; 3]);
        assert!(remotes.set(1, false) && !remotes.set(1, false));
        for _ in 0..30 {
            counts[remotes.pick(|_| 0).expect("one")] += 1;
        }
        assert_eq!(counts, [25, 10, 25]);
        assert_eq!(remotes.inactive(), [1]);
    }

    #[test]
    fn weights_are_kept_to() {
        let mut remotes = Remotes::new(vec![remote(1, 10), remote(1, 30), remote(2, 90), remote(1, 0)]);
        let mut counts = [0; 4];
        for hundred in 0..100 {
            for drawn in 0..40 {
                let draw = |below| if below == 100 { hundred } else { drawn % below };
                counts[remotes.pick(draw).expect("one")] += 1;
            }
        }
        // One of a hundred goes to who has no weight; none to who is second.
        assert_eq!(counts, [990, 2970, 0, 40]);
    }

    proptest! {
        /// Somebody who answers and has the best priority among those, or nobody when nobody answers.
        #[test]
        fn the_best_that_answer_are_picked(
            all in prop::collection::vec((0u16..3, 0u16..4, any::<bool>()), 0..6),
            random in any::<u32>(),
        ) {
            let mut remotes = Remotes::new(all.iter().map(|(p, w, _)| remote(*p, *w)).collect());
            for (at, (_, _, active)) in all.iter().enumerate() {
                remotes.set(at, *active);
            }
            let best = all.iter().filter(|(_, _, active)| *active).map(|(priority, _, _)| *priority).min();
            let picked = remotes.pick(|below| random % below);
            prop_assert_eq!(picked.map(|at| all[at].0), best);
            prop_assert!(picked.is_none_or(|at| all[at].2));
        }
    }
}
