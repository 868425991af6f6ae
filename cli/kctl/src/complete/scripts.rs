//! The scripts that teach a shell to ask `__complete`.

const BASH: &str = r#"# bash completion for kctl; for an alias: complete -o default -F __kctl k
__kctl() {
    local words=() rest=${COMP_LINE:0:COMP_POINT} piece gap i
    # Bash breaks words at = and : as well: what no blank parts is one word.
    for ((i = 0; i <= COMP_CWORD; i++)); do
        piece=${COMP_WORDS[i]}
        gap=${rest%%[^[:blank:]]*}
        rest=${rest#"$gap"}
        ((i == COMP_CWORD)) && piece=$rest
        rest=${rest:${#piece}}
        if [[ -z $gap && i -gt 0 ]]; then
            words[${#words[@]}-1]+=$piece
        else
            words+=("$piece")
        fi
    done
    local typed=${words[${#words[@]}-1]} value left out directive
    value=$typed
    [[ $typed == -*=* ]] && value=${typed#*=}
    # What stands before the last break stays in the line.
    local breaks=${COMP_WORDBREAKS//[^:=]/} kept=$typed
    [[ -n $breaks ]] && kept=${typed##*[$breaks]}
    left=${typed%"$kept"}
    for ((i = 0; i < ${#words[@]}; i++)); do
        piece=${words[i]}
        [[ $piece == \"*\" || $piece == \'*\' ]] && words[i]=${piece:1:${#piece}-2}
    done
    out=$(kctl __completeNoDesc "${words[@]:1}" 2>/dev/null) || return
    directive=${out##*:}
    out=${out%:*}
    COMPREPLY=()
    ((directive & 1)) && return
    ((directive & 2)) && compopt -o nospace 2>/dev/null
    local IFS=$'\n' word
    if ((directive & 8)); then
        for word in $(compgen -f -- "$value"); do
            [[ -d $word || $'\n'$out == *$'\n'"${word##*.}"$'\n'* ]] && COMPREPLY+=("$word")
        done
        compopt -o filenames 2>/dev/null
    elif ((directive & 16)); then
        COMPREPLY=($(compgen -d -- "$value"))
        compopt -o filenames 2>/dev/null
    else
        ((directive & 4)) && compopt +o default 2>/dev/null
        for word in $out; do
            word=${typed%"$value"}$word
            [[ $word == "$typed"* ]] && COMPREPLY+=("${word#"$left"}")
        done
    fi
}
complete -o default -F __kctl kctl
"#;

const ZSH: &str = r#"#compdef kctl
# zsh completion for kctl
_kctl() {
    local out directive line
    local -a entries options
    local current=${words[CURRENT]}
    out=$(kctl __complete "${(@Q)words[2,CURRENT]}" 2>/dev/null) || return 1
    directive=${out##*:}
    ((directive & 1)) && return 1
    # Of --flag=value the value is completed.
    [[ $current == -*=* ]] && compset -P "${(b)current%%=*}="
    for line in ${(f)${out%:*}}; do
        line=${line//:/\\:}
        entries+=("${line/$'\t'/:}")
    done
    if ((directive & 8)); then
        _files -g "*.(${(j:|:)entries})"
    elif ((directive & 16)); then
        _files -/
    elif ((${#entries})); then
        ((directive & 2)) && options+=(-S '')
        _describe 'completions' entries "${options[@]}"
    elif ! ((directive & 4)); then
        _files
    fi
}
if [ "$funcstack[1]" = "_kctl" ]; then
    _kctl "$@"
else
    compdef _kctl kctl
fi
"#;

const FISH: &str = r#"# fish completion for kctl
function __kctl_complete
    set -l tokens (commandline -opc)
    set -l current (commandline -ct)
    set -l lines (kctl __complete $tokens[2..] "$current" 2>/dev/null)
    test (count $lines) -gt 0; or return
    set -l directive (string replace ':' '' -- $lines[-1])
    test (math "bitand($directive, 1)") -ne 0; and return
    set -l prefix ''
    if string match -q -- '-*=*' "$current"
        set prefix (string replace -r '=.*' '=' -- "$current")
    end
    if test (math "bitand($directive, 8)") -ne 0
        for found in (__fish_complete_path (string replace -- "$prefix" '' "$current"))
            set -l path (string split -m 1 \t -- $found)[1]
            set -l ending (string match -r '[^.]*$' -- $path)
            if string match -q '*/' -- $path; or contains -- "$ending" $lines[1..-2]
                echo "$prefix$path"
            end
        end
        return
    end
    if test (math "bitand($directive, 16)") -ne 0
        __fish_complete_directories (string replace -- "$prefix" '' "$current")
        return
    end
    for line in $lines[1..-2]
        echo "$prefix$line"
    end
    if test (count $lines) -eq 1; and test (math "bitand($directive, 4)") -eq 0
        __fish_complete_path (string replace -- "$prefix" '' "$current")
    end
end
complete -c kctl -f -k -a '(__kctl_complete)'
"#;

const POWERSHELL: &str = r#"# PowerShell completion for kctl
Register-ArgumentCompleter -Native -CommandName 'kctl' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $before = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        Select-Object -Skip 1 | ForEach-Object { $_.Extent.Text.Trim("'", '"') })
    # An empty argument must arrive as one: before 7.3 it needs quotes for that.
    $legacy = $PSVersionTable.PSVersion -lt [version]'7.3.0' -or $PSNativeCommandArgumentPassing -eq 'Legacy'
    $last = if ($wordToComplete -eq '' -and $legacy) { '""' } else { $wordToComplete }
    $lines = @(& kctl __complete @before $last 2>$null)
    if ($lines.Count -eq 0) { return }
    $directive = [int]$lines[-1].TrimStart(':')
    if ($directive -band 1) { return }
    # Files are PowerShell's own matter.
    if ($directive -band 24) { return }
    # Nothing at all would have files offered.
    if ($lines.Count -eq 1 -and $directive -band 4) { return '' }
    $prefix = if ($wordToComplete -match '^(-.*?=)') { $Matches[1] } else { '' }
    $lines | Select-Object -SkipLast 1 | ForEach-Object {
        $word, $meaning = $_ -split "`t", 2
        if (-not $meaning) { $meaning = $word }
        $space = if ($directive -band 2) { '' } else { ' ' }
        [System.Management.Automation.CompletionResult]::new("$prefix$word$space", $word, 'ParameterValue', $meaning)
    }
}
"#;

/// The script for a shell.
pub fn of(shell: &str) -> Option<&'static str> {
    match shell {
        "bash" => Some(BASH),
        "zsh" => Some(ZSH),
        "fish" => Some(FISH),
        "powershell" => Some(POWERSHELL),
        _ => None,
    }
}
