using Plumbline.Training.Losses;
using Plumbline.Training.Preferences;
using static TorchSharp.torch;

namespace Plumbline.Training.Tests.Preferences.Losses;

/// <summary>Pairs for tests of every registered loss.</summary>
internal static class PairSamples
{
    /// <summary>Options under which every loss is defined.</summary>
    internal static readonly PreferenceLossOptions Options = new()
    {
        Beta = 0.4,
        LabelSmoothing = 0.1,
        Gamma = 0.3,
        DiscopopTau = 0.5,
        XpoAlpha = 0,
    };

    /// <summary>Two pairs: the golden ones of the published vectors, with a gold answer of log-probability −9 and 4 tokens beside each.</summary>
    internal static PairLogProbabilities Golden() =>
        new(
            tensor([-12.0, -30.5]),
            tensor([-15.0, -22.0]),
            tensor([-13.0, -28.0]),
            tensor([-14.0, -23.0]),
            tensor([5.0, 11.0]),
            tensor([6.0, 8.0])
        )
        {
            Gold = tensor([-9.0, -9.0]),
            GoldLengths = tensor([4.0, 4.0]),
        };

    /// <summary>Random pairs in float64: answers of 3 to 9 tokens, about −1.5 nats each, the policy some way off its reference.</summary>
    internal static PairLogProbabilities Random(int count, int seed)
    {
        manual_seed(seed);
        Tensor Lengths() => randint(3, 10, count, dtype: ScalarType.Float64);
        Tensor Near(Tensor values) => values + randn(count, ScalarType.Float64);
        var (chosenLengths, rejectedLengths, goldLengths) = (Lengths(), Lengths(), Lengths());
        var (chosen, rejected) = (
            -chosenLengths * 1.5 - rand(count, ScalarType.Float64),
            -rejectedLengths * 1.5 - rand(count, ScalarType.Float64)
        );
        return new(chosen, rejected, Near(chosen), Near(rejected), chosenLengths, rejectedLengths)
        {
            Gold = -goldLengths * 1.2,
            GoldLengths = goldLengths,
        };
    }

    /// <summary>The same pairs, every tensor transformed.</summary>
    internal static PairLogProbabilities Select(this PairLogProbabilities pairs, Func<Tensor, Tensor> transform) =>
        new(
            transform(pairs.Chosen),
            transform(pairs.Rejected),
            transform(pairs.ReferenceChosen!),
            transform(pairs.ReferenceRejected!),
            transform(pairs.ChosenLengths),
            transform(pairs.RejectedLengths)
        )
        {
            Gold = transform(pairs.Gold!),
            GoldLengths = transform(pairs.GoldLengths!),
        };

    /// <summary>The names of all losses, for theories.</summary>
    internal static TheoryData<string> Names(
        Func<RegisteredLoss<PreferenceLossAttribute, PairLogProbabilities, PreferenceLossOptions>, bool>? where = null
    ) => [.. PreferenceLosses.All.Where(where ?? (_ => true)).Select(loss => loss.Name)];
}
