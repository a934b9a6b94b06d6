using System.Text.RegularExpressions;

namespace Plumbline.Models.Adapters;

/// <summary>Which modules an adapter sits on, and with which rank and alpha: PEFT's matching of names.</summary>
internal sealed class TargetSelection
{
    private readonly LoraOptions options;
    private readonly Regex? pattern;
    private readonly (Regex Name, int Rank)[] ranks;
    private readonly (Regex Name, double Alpha)[] alphas;

    /// <summary>Compiles the patterns.</summary>
    /// <exception cref="InvalidInputException">A pattern is no regular expression that can be matched in linear time.</exception>
    internal TargetSelection(LoraOptions options)
    {
        this.options = options;
        pattern = options.TargetPattern is { } text ? Compile("target_modules", text, $@"\A(?:{text})\z") : null;
        ranks = [.. options.RankPattern.Select(pair => (Compile("rank_pattern", pair.Key, $@"\A(?:.*\.)?(?:{pair.Key})\z"), pair.Value))];
        alphas =
        [
            .. options.AlphaPattern.Select(pair => (Compile("alpha_pattern", pair.Key, $@"\A(?:.*\.)?(?:{pair.Key})\z"), pair.Value)),
        ];
    }

    /// <summary>Whether the module is adapted.</summary>
    internal bool Includes(string module) =>
        pattern is not null
            ? pattern.IsMatch(module)
            : options.TargetModules.Any(target =>
                target == LoraOptions.AllLinear || module == target || module.EndsWith("." + target, StringComparison.Ordinal)
            );

    /// <summary>The rank on a module.</summary>
    internal int RankOf(string module)
    {
        var own = Array.FindIndex(ranks, entry => entry.Name.IsMatch(module));
        return own < 0 ? options.Rank : ranks[own].Rank;
    }

    /// <summary>The factor on B·A on a module: α/r, rank-stabilised α/√r.</summary>
    internal double ScalingOf(string module)
    {
        var own = Array.FindIndex(alphas, entry => entry.Name.IsMatch(module));
        var alpha = own < 0 ? options.Alpha : alphas[own].Alpha;
        return alpha / (options.UseRslora ? Math.Sqrt(RankOf(module)) : RankOf(module));
    }

    // Patterns come from files of others: matched without backtracking, so that none can take forever.
    private static Regex Compile(string field, string text, string whole)
    {
        try
        {
            return new Regex(whole, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException)
        {
            throw new InvalidInputException(
                $"{field} has the pattern '{text}', which cannot be used: {failure.Message}",
                "Write a regular expression without look-around and back-references, or list the modules by name.",
                inner: failure
            );
        }
    }
}
