# fish completion for kctl
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
