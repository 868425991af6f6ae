//! auth, user and role.

use std::io::{BufRead, Read, Write};

use clap::{Arg, ArgMatches, Command};
use etcdapi::authpb::{Permission, UserAddOptions, permission::Type};
use etcdapi::etcdserverpb as pb;
use etcdapi::prefix_end;

use crate::connect::{ask, connect, timed};
use crate::output::{Format, Printer, header_fields, quote};
use crate::{Done, Failure, on, positional, text, toggle};

pub(crate) fn commands() -> Vec<Command> {
    let name = |what: &'static str| positional(what, true);
    let interactive = || {
        crate::switch_here("interactive", true, "read password from stdin instead of interactive terminal")
    };
    let range = |command: Command| {
        command
            .arg(toggle("prefix", "a prefix permission"))
            .arg(toggle("from-key", "a permission of keys that are greater than or equal to the given key"))
    };
    vec![
        Command::new("auth")
            .about("Enable or disable authentication")
            .subcommand_required(true)
            .subcommand(Command::new("enable").about("Enables authentication"))
            .subcommand(Command::new("disable").about("Disables authentication"))
            .subcommand(Command::new("status").about("Returns authentication status")),
        Command::new("user")
            .about("User related commands")
            .subcommand_required(true)
            .subcommand(
                Command::new("add")
                    .about("Adds a new user")
                    .arg(name("user").help("name, or name:password"))
                    .arg(interactive())
                    .arg(
                        Arg::new("new-user-password")
                            .long("new-user-password")
                            .help("Supply password from the command line flag"),
                    )
                    .arg(toggle("no-password", "Create a user without password (CN based auth only)")),
            )
            .subcommand(Command::new("delete").about("Deletes a user").arg(name("user")))
            .subcommand(
                Command::new("get")
                    .about("Gets detailed information of a user")
                    .arg(name("user"))
                    .arg(toggle("detail", "Show permissions of roles granted to the user")),
            )
            .subcommand(Command::new("list").about("Lists all users"))
            .subcommand(
                Command::new("passwd").about("Changes password of user").arg(name("user")).arg(interactive()),
            )
            .subcommand(
                Command::new("grant-role")
                    .about("Grants a role to a user")
                    .arg(name("user"))
                    .arg(name("role")),
            )
            .subcommand(
                Command::new("revoke-role")
                    .about("Revokes a role from a user")
                    .arg(name("user"))
                    .arg(name("role")),
            ),
        Command::new("role")
            .about("Role related commands")
            .subcommand_required(true)
            .subcommand(Command::new("add").about("Adds a new role").arg(name("role")))
            .subcommand(Command::new("delete").about("Deletes a role").arg(name("role")))
            .subcommand(Command::new("get").about("Gets detailed information of a role").arg(name("role")))
            .subcommand(Command::new("list").about("Lists all roles"))
            .subcommand(range(
                Command::new("grant-permission")
                    .about("Grants a key to a role")
                    .arg(name("role"))
                    .arg(name("permission").help("read, write or readwrite"))
                    .arg(name("key").allow_hyphen_values(true))
                    .arg(positional("endkey", false)),
            ))
            .subcommand(range(
                Command::new("revoke-permission")
                    .about("Revokes a key from a role")
                    .arg(name("role"))
                    .arg(name("key").allow_hyphen_values(true))
                    .arg(positional("endkey", false)),
            )),
    ]
}

/// Reads a password: twice from a terminal, once from anything else.
fn password(user: &str, interactive: bool) -> Result<String, Failure> {
    let mut line = || -> Result<String, Failure> {
        let mut text = String::new();
        std::io::stdin().lock().read_line(&mut text).map_err(Failure::io)?;
        Ok(text.trim_end_matches(['\r', '\n']).to_string())
    };
    if !interactive {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(Failure::io)?;
        return Ok(text.lines().next().unwrap_or_default().to_string());
    }
    let mut prompt = |what: &str| -> Result<String, Failure> {
        print!("{what}: ");
        std::io::stdout().flush().map_err(Failure::io)?;
        let typed = crate::terminal::without_echo(&mut line)?;
        println!();
        Ok(typed)
    };
    let first = prompt(&format!("Password of {user}"))?;
    let second = prompt(&format!("Type password of {user} again for confirmation"))?;
    if first != second {
        return Err(Failure::args("given passwords are different"));
    }
    Ok(first)
}

/// The range that a permission is for.
fn range(matches: &ArgMatches) -> Result<(String, Vec<u8>), Failure> {
    let key = text(matches, "key").unwrap_or_default().to_string();
    let end = text(matches, "endkey").unwrap_or_default();
    let (prefix, from) = (on(matches, "prefix"), on(matches, "from-key"));
    if !end.is_empty() && (prefix || from) {
        return Err(Failure::args("unexpected endkey argument with --prefix or --from-key flag"));
    }
    if prefix && from {
        return Err(Failure::args("--from-key and --prefix flags are mutually exclusive"));
    }
    if prefix {
        // The empty prefix is everything.
        return Ok(if key.is_empty() {
            ("\0".into(), vec![0])
        } else {
            (key.clone(), prefix_end(key.as_bytes()))
        });
    }
    if from {
        return Ok(if key.is_empty() { ("\0".into(), vec![0]) } else { (key, vec![0]) });
    }
    Ok((key, end.as_bytes().to_vec()))
}

fn shown_range(key: &str, end: &[u8]) -> String {
    let mut shown = if end == [0] {
        format!("[{key}, <open ended>")
    } else {
        format!("[{key}, {})", String::from_utf8_lossy(end))
    };
    if !key.is_empty() && end == prefix_end(key.as_bytes()) {
        shown.push_str(&format!(" (prefix {key})"));
    }
    shown
}

fn show_role(name: &str, permissions: &[Permission]) {
    println!("Role {name}");
    for (title, kind) in [("KV Read:", Type::Read), ("KV Write:", Type::Write)] {
        println!("{title}");
        for perm in permissions {
            if perm.perm_type != Type::Readwrite as i32 && perm.perm_type != kind as i32 {
                continue;
            }
            let key = String::from_utf8_lossy(&perm.key);
            if perm.range_end.is_empty() {
                println!("\t{key}");
            } else {
                println!("\t{}", shown_range(&key, &perm.range_end));
            }
        }
    }
}

pub(crate) async fn run(name: &str, matches: &ArgMatches) -> Done {
    let Some((verb, sub)) = matches.subcommand() else { return Err(Failure::args("no command given")) };
    match name {
        "auth" => auth(verb, sub).await,
        "user" => user(verb, sub).await,
        _ => role(verb, sub).await,
    }
}

async fn auth(verb: &str, matches: &ArgMatches) -> Done {
    let printer = Printer::new(matches);
    let mut client = connect(matches).await?.auth();
    match verb {
        "enable" => {
            timed(matches, client.auth_enable(ask(pb::AuthEnableRequest {}))).await?;
            println!("Authentication Enabled");
            Ok(())
        }
        "disable" => {
            timed(matches, client.auth_disable(ask(pb::AuthDisableRequest {}))).await?;
            println!("Authentication Disabled");
            Ok(())
        }
        _ => {
            let found = timed(matches, client.auth_status(ask(pb::AuthStatusRequest {}))).await?.into_inner();
            printer.answer("AuthStatusResponse", &found, found.header.as_ref(), || {
                println!("Authentication Status: {}\nAuthRevision: {}", found.enabled, found.auth_revision);
            })
        }
    }
}

async fn user(verb: &str, matches: &ArgMatches) -> Done {
    let printer = Printer::new(matches);
    let given = text(matches, "user").unwrap_or_default().to_string();
    match verb {
        "add" => {
            let no_password = on(matches, "no-password");
            let flag = text(matches, "new-user-password");
            let (name, password) = match (given.split_once(':'), flag) {
                _ if no_password => (given.clone(), String::new()),
                (_, Some(password)) => (given.clone(), password.to_string()),
                (Some((name, password)), None) => {
                    if name.is_empty() {
                        return Err(Failure::args("empty user name is not allowed"));
                    }
                    (name.to_string(), password.to_string())
                }
                (None, None) => (given.clone(), password(&given, on(matches, "interactive"))?),
            };
            let request = pb::AuthUserAddRequest {
                name: name.clone(),
                password,
                options: Some(UserAddOptions { no_password }),
                hashed_password: String::new(),
            };
            let mut client = connect(matches).await?.auth();
            let done = timed(matches, client.user_add(ask(request))).await?.into_inner();
            printer.answer("AuthUserAddResponse", &done, done.header.as_ref(), || {
                println!("User {name} created")
            })
        }
        "delete" => {
            let mut client = connect(matches).await?.auth();
            let request = pb::AuthUserDeleteRequest { name: given.clone() };
            let done = timed(matches, client.user_delete(ask(request))).await?.into_inner();
            printer.answer("AuthUserDeleteResponse", &done, done.header.as_ref(), || {
                println!("User {given} deleted")
            })
        }
        "get" => {
            let mut client = connect(matches).await?.auth();
            let request = pb::AuthUserGetRequest { name: given.clone() };
            let found = timed(matches, client.user_get(ask(request))).await?.into_inner();
            if on(matches, "detail") {
                println!("User: {given}");
                for role in found.roles {
                    println!();
                    let request = pb::AuthRoleGetRequest { role: role.clone() };
                    let perms = timed(matches, client.role_get(ask(request))).await?.into_inner().perm;
                    show_role(&role, &perms);
                }
                return Ok(());
            }
            printer.answer("AuthUserGetResponse", &found, found.header.as_ref(), || {
                let roles: String = found.roles.iter().map(|role| format!(" {role}")).collect();
                println!("User: {given}\nRoles:{roles}");
            })
        }
        "list" => {
            let mut client = connect(matches).await?.auth();
            let found = timed(matches, client.user_list(ask(pb::AuthUserListRequest {}))).await?.into_inner();
            printer.answer("AuthUserListResponse", &found, found.header.as_ref(), || {
                found.users.iter().for_each(|user| println!("{user}"));
            })
        }
        "passwd" => {
            let password = password(&given, on(matches, "interactive"))?;
            let mut client = connect(matches).await?.auth();
            let request = pb::AuthUserChangePasswordRequest { name: given, password, ..Default::default() };
            let done = timed(matches, client.user_change_password(ask(request))).await?.into_inner();
            printer.answer("AuthUserChangePasswordResponse", &done, done.header.as_ref(), || {
                println!("Password updated");
            })
        }
        "grant-role" => {
            let role = text(matches, "role").unwrap_or_default().to_string();
            let mut client = connect(matches).await?.auth();
            let request = pb::AuthUserGrantRoleRequest { user: given.clone(), role: role.clone() };
            let done = timed(matches, client.user_grant_role(ask(request))).await?.into_inner();
            printer.answer("AuthUserGrantRoleResponse", &done, done.header.as_ref(), || {
                println!("Role {role} is granted to user {given}");
            })
        }
        _ => {
            let role = text(matches, "role").unwrap_or_default().to_string();
            let mut client = connect(matches).await?.auth();
            let request = pb::AuthUserRevokeRoleRequest { name: given.clone(), role: role.clone() };
            let done = timed(matches, client.user_revoke_role(ask(request))).await?.into_inner();
            printer.answer("AuthUserRevokeRoleResponse", &done, done.header.as_ref(), || {
                println!("Role {role} is revoked from user {given}");
            })
        }
    }
}

async fn role(verb: &str, matches: &ArgMatches) -> Done {
    let printer = Printer::new(matches);
    let name = text(matches, "role").unwrap_or_default().to_string();
    match verb {
        "add" => {
            let mut client = connect(matches).await?.auth();
            let request = pb::AuthRoleAddRequest { name: name.clone() };
            let done = timed(matches, client.role_add(ask(request))).await?.into_inner();
            printer.answer("AuthRoleAddResponse", &done, done.header.as_ref(), || {
                println!("Role {name} created")
            })
        }
        "delete" => {
            let mut client = connect(matches).await?.auth();
            let request = pb::AuthRoleDeleteRequest { role: name.clone() };
            let done = timed(matches, client.role_delete(ask(request))).await?.into_inner();
            printer.answer("AuthRoleDeleteResponse", &done, done.header.as_ref(), || {
                println!("Role {name} deleted")
            })
        }
        "get" => {
            let mut client = connect(matches).await?.auth();
            let request = pb::AuthRoleGetRequest { role: name.clone() };
            let found = timed(matches, client.role_get(ask(request))).await?.into_inner();
            if printer.format == Format::Fields {
                header_fields(found.header.as_ref());
                for perm in &found.perm {
                    let kind = Type::try_from(perm.perm_type).map_or("UNKNOWN", |kind| kind.as_str_name());
                    println!("\"PermType\" : {kind:?}");
                    println!("\"Key\" : {}", quote(&perm.key));
                    println!("\"RangeEnd\" : {}", quote(&perm.range_end));
                }
                return Ok(());
            }
            printer.answer("AuthRoleGetResponse", &found, found.header.as_ref(), || {
                show_role(&name, &found.perm)
            })
        }
        "list" => {
            let mut client = connect(matches).await?.auth();
            let found = timed(matches, client.role_list(ask(pb::AuthRoleListRequest {}))).await?.into_inner();
            if printer.format == Format::Fields {
                header_fields(found.header.as_ref());
                let roles: String = found.roles.iter().map(|role| format!(" {role:?}")).collect();
                println!("\"Roles\" :{roles}");
                return Ok(());
            }
            printer.answer("AuthRoleListResponse", &found, found.header.as_ref(), || {
                found.roles.iter().for_each(|role| println!("{role}"));
            })
        }
        "grant-permission" => {
            let kind = match text(matches, "permission").unwrap_or_default().to_lowercase().as_str() {
                "read" => Type::Read,
                "write" => Type::Write,
                "readwrite" => Type::Readwrite,
                other => return Err(Failure::args(format!("invalid permission type: {other}"))),
            };
            let (key, end) = range(matches)?;
            let perm = Permission { perm_type: kind as i32, key: key.into(), range_end: end.into() };
            let request = pb::AuthRoleGrantPermissionRequest { name: name.clone(), perm: Some(perm) };
            let mut client = connect(matches).await?.auth();
            let done = timed(matches, client.role_grant_permission(ask(request))).await?.into_inner();
            printer.answer("AuthRoleGrantPermissionResponse", &done, done.header.as_ref(), || {
                println!("Role {name} updated");
            })
        }
        _ => {
            let (key, end) = range(matches)?;
            let request = pb::AuthRoleRevokePermissionRequest {
                role: name.clone(),
                key: key.clone().into(),
                range_end: end.clone().into(),
            };
            let mut client = connect(matches).await?.auth();
            let done = timed(matches, client.role_revoke_permission(ask(request))).await?.into_inner();
            printer.answer("AuthRoleRevokePermissionResponse", &done, done.header.as_ref(), || {
                if end.is_empty() {
                    println!("Permission of key {key} is revoked from role {name}");
                } else if end == [0] {
                    println!("Permission of range [{key}, <open ended> is revoked from role {name}");
                } else {
                    let end = String::from_utf8_lossy(&end);
                    println!("Permission of range [{key}, {end}) is revoked from role {name}");
                }
            })
        }
    }
}
