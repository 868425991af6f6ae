# PowerShell completion for kctl
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
