using System.Text.RegularExpressions;
using Plumbline.Configuration;

namespace Plumbline.Rewards;

/// <summary>What <see cref="RegexMatch"/> looks for.</summary>
public sealed record RegexMatchOptions : IValidatedOptions
{
    /// <summary>
    /// A regular expression in .NET's syntax that matches in linear time: without look-around, backreferences and atomic groups, at most 4,096 characters. It may match
    /// anywhere; <c>\A</c> and <c>\z</c> tie it to the answer's ends.
    /// </summary>
    public required string Pattern { get; init; }

    /// <summary>Whether upper and lower case are the same.</summary>
    /// <value>false</value>
    public bool IgnoreCase { get; init; }

    /// <summary>Whether <c>.</c> also matches a line break.</summary>
    /// <value>false</value>
    public bool DotAll { get; init; }

    /// <summary>Whether <c>^</c> and <c>$</c> match at every line.</summary>
    /// <value>false</value>
    public bool Multiline { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (Pattern.Length == 0)
        {
            yield return new OptionProblem(nameof(Pattern), Pattern, "a regular expression of at least one character");
        }
        else if (LinearPattern.Fault(Pattern) is { } fault)
        {
            yield return new OptionProblem(nameof(Pattern), Pattern, LinearPattern.Range, fault);
        }
    }

    /// <summary>The compiled pattern.</summary>
    internal Regex Compile() =>
        LinearPattern.Compile(
            Pattern,
            (IgnoreCase ? RegexOptions.IgnoreCase : RegexOptions.None)
                | (DotAll ? RegexOptions.Singleline : RegexOptions.None)
                | (Multiline ? RegexOptions.Multiline : RegexOptions.None)
        );
}
