using Plumbline.Models.Heads;
using Plumbline.Models.Language;
using static TorchSharp.torch;

namespace Plumbline.Training.Rewards.Process;

/// <summary>Reads the scores of steps off a token head.</summary>
internal static class StepReader
{
    /// <exception cref="InvalidInputException">The head gives more than one number, or numbers for sequences.</exception>
    internal static void Check(ScoredDecoder model)
    {
        if (model.Options.Kind != ScoreHeadKind.Token || model.Options.Labels.Count != 1)
        {
            throw new InvalidInputException(
                $"A process reward model gives one number to every step, and this head scores {(model.Options.Kind == ScoreHeadKind.Token ? "tokens" : "sequences")} with {model.Options.Labels.Count} labels.",
                "Start a token head with one label."
            );
        }
    }

    /// <summary>The score of every step, answer after answer, [steps]: sequences laid end to end without padding, read where each step ends.</summary>
    internal static Tensor Scores(ScoredDecoder model, IEnumerable<TokenizedSteps> answers)
    {
        var (ids, rows, start) = (new List<int[]>(), new List<long>(), 0L);
        foreach (var answer in answers)
        {
            ids.Add(answer.Ids);
            rows.AddRange(answer.StepEnds.Select(end => start + end));
            start += answer.Ids.Length;
        }

        using var scope = NewDisposeScope();
        var scores = model.TokenScores(PackedTokens.Of(ids)).index_select(0, tensor(rows.ToArray(), device: model.Decoder.Device));
        return scores.view(-1).MoveToOuterDisposeScope();
    }
}
