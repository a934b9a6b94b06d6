using Plumbline.Models.Language;
using Plumbline.Torch.Dispatch;
using Plumbline.Torch.Functions;
using Plumbline.Training.Policies;
using Plumbline.Training.Supervised;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Benchmarks.Policies;

/// <summary>
/// The usual way to take a step of GRPO on plain TorchSharp: every answer with a prompt of its own, prompts padded to the longest, a static cache that runs until the
/// longest answer has ended, then sequences padded on the right, scores over the vocabulary at every position of an answer and their log-softmax. Its tensors belong to
/// the scope it was made in.
/// </summary>
internal sealed class PaddedPolicySide
{
    private readonly DecoderConfig config;
    private readonly EagerDecoder trained;
    private readonly EagerDecoder sampled;

    /// <summary>fp32 weights that are multiplied in bf16 when they are trained, and a bf16 copy of them that is sampled from.</summary>
    /// <param name="source">The weights.</param>
    internal PaddedPolicySide(Decoder source)
    {
        config = source.Config;
        trained = new EagerDecoder(source, ScalarType.Float32, config.MaxPositions);
        sampled = new EagerDecoder(source, ScalarType.BFloat16, config.MaxPositions);
    }

    /// <summary>
    /// Draws as many tokens for each answer as the longest one has; prompts are padded, and the mask that would hide the padding is left out, which favours this side.
    /// </summary>
    /// <param name="groups">The groups whose shape is repeated.</param>
    /// <returns>Positions computed.</returns>
    internal long Generate(IReadOnlyList<AnswerGroup> groups)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var sequences = Sequences(groups);
        var prompts = sequences.ConvertAll(PromptLength);
        var (longest, answer) = (prompts.Max(), LongestAnswer(sequences));
        var ids = new long[sequences.Count * longest];
        for (var i = 0; i < sequences.Count; i++)
        {
            for (var j = 0; j < prompts[i]; j++)
            {
                ids[((i + 1) * longest) - prompts[i] + j] = sequences[i].Ids[j];
            }
        }

        var cache = new StaticCache(config, sequences.Count, longest + answer, ScalarType.BFloat16);
        var token = Draw(sampled.NextLogits(tensor(ids, [sequences.Count, longest]), cache));
        for (var step = 1; step < answer; step++)
        {
            using var each = NewDisposeScope();
            token = Draw(sampled.NextLogits(token, cache)).MoveToOuterDisposeScope();
        }

        return sequences.Count * (longest + answer - 1L);
    }

    /// <summary>Forward and backward pass over the same sequences, gradients back to 0.</summary>
    /// <returns>Positions computed, and the gradient's norm.</returns>
    internal (long Positions, double Norm) Train(IReadOnlyList<AnswerGroup> groups)
    {
        var sequences = Sequences(groups);
        // Prompts begin together and answers too, as where the prompts were padded for generation.
        var longest = sequences.Max(sequence => sequence.Ids.Length);
        using (NewDisposeScope())
        {
            Loss(groups, sequences, longest).backward();
        }

        var squares = trained.Weights.Values.Sum(weight =>
        {
            using var scope = NewDisposeScope();
            return weight.grad?.to(ScalarType.Float64).square().sum().item<double>() ?? 0;
        });
        trained.ZeroGradients();
        return (sequences.Count * (long)longest, Math.Sqrt(squares));
    }

    private Tensor Loss(IReadOnlyList<AnswerGroup> groups, List<TokenizedExample> sequences, int longest)
    {
        var (ids, weights) = (new long[sequences.Count * longest], new float[sequences.Count * longest]);
        var at = 0;
        foreach (var answer in groups.SelectMany(group => group.Answers))
        {
            Array.ConvertAll(answer.Sequence.Ids, id => (long)id).CopyTo(ids, at * longest);
            var target = 0;
            for (var i = 1; i < answer.Sequence.Ids.Length; i++)
            {
                weights[(at * longest) + i] = answer.Sequence.IsTarget[i] ? answer.Advantages[target++] : 0;
            }

            at++;
        }

        var shape = new long[] { sequences.Count, longest };
        var (inputs, advantages) = (tensor(ids, shape), tensor(weights, shape).narrow(1, 1, longest - 1));
        var tokens = sequences.Sum(sequence => sequence.TargetCount);
        using var half = Autocast.To(ScalarType.BFloat16);
        // Causal rows that are padded on the right need no mask: what stands after an answer is seen by padding alone.
        var first = sequences.Min(PromptLength) - 1;
        var hidden = trained.HiddenStates(inputs).narrow(1, first, longest - 1 - first);
        var next = inputs.narrow(1, first + 1, longest - 1 - first).unsqueeze(-1);
        var logProbabilities = F.log_softmax(trained.Logits(hidden).to(ScalarType.Float32), -1).gather(-1, next).squeeze(-1);
        var ratio = (logProbabilities - logProbabilities.detach()).exp();
        return -(ratio * advantages.narrow(1, first, longest - 1 - first)).sum().Over(tokens);
    }

    private static List<TokenizedExample> Sequences(IReadOnlyList<AnswerGroup> groups) =>
        [.. groups.SelectMany(group => group.Answers).Select(answer => answer.Sequence)];

    private static int PromptLength(TokenizedExample sequence) => Array.IndexOf(sequence.IsTarget, true);

    private static int LongestAnswer(List<TokenizedExample> sequences) => sequences.Max(sequence => sequence.TargetCount);

    private static Tensor Draw(Tensor logits) => F.softmax(logits, -1).multinomial(1);
}
