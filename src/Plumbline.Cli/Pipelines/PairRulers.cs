using Plumbline.Data;
using Plumbline.Evaluation.Statistics;
using Plumbline.Randomness;

namespace Plumbline.Cli.Pipelines;

/// <summary>How often rulers that look at no meaning pick the answer that people preferred. Whoever does not beat them has learnt nothing.</summary>
/// <param name="Longer">The longer answer, in characters.</param>
/// <param name="Shorter">The shorter one.</param>
/// <param name="Random">A coin.</param>
internal sealed record PairRulers(WinRate Longer, WinRate Shorter, WinRate Random)
{
    /// <summary>Measures.</summary>
    /// <param name="pairs">The preferred answer and the other.</param>
    /// <param name="seed">The coin's.</param>
    internal static PairRulers Of(IReadOnlyList<(Content Better, Content Worse)> pairs, Seed seed)
    {
        var coin = seed.Derive("random").Source();
        var lengths = pairs.Select(pair => (double)(Text(pair.Better).Length - Text(pair.Worse).Length)).ToArray();
        return new PairRulers(
            WinRate.Of(lengths),
            WinRate.Of(lengths.Select(length => -length)),
            WinRate.Of(pairs.Select(_ => coin.NextBool(0.5) ? 1.0 : -1))
        );
    }

    /// <summary>The rulers as rows of a report: name, key, rate.</summary>
    internal IReadOnlyList<(string Name, string Key, WinRate Rate)> Rows =>
        [("ruler: longer answer", "longer", Longer), ("ruler: shorter answer", "shorter", Shorter), ("ruler: random", "random", Random)];

    /// <summary>The words of an answer.</summary>
    internal static string Text(Content answer) => answer.Text ?? string.Concat(answer.Messages!.Select(message => message.Text));
}
