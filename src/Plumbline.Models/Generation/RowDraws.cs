using System.Runtime.ExceptionServices;

namespace Plumbline.Models.Generation;

/// <summary>
/// Draws the next token of many answers, each from its own row of logits and its own stream, on several threads where there are enough rows. What is drawn does not
/// depend on the threads. Not thread-safe itself.
/// </summary>
/// <param name="vocabulary">Scores in a row.</param>
/// <param name="rows">Rows at most.</param>
/// <param name="threads">Threads, the caller's included.</param>
internal sealed unsafe class RowDraws(int vocabulary, int rows, int threads)
{
    // Fewer scores are looked through sooner than another thread wakes up.
    private const long ScoresOfOneThread = 16_384;

    private readonly TokenDistribution[] distributions = [.. Enumerable.Range(0, threads).Select(_ => new TokenDistribution(vocabulary))];
    private readonly DrawnToken[] drawn = new DrawnToken[rows];
    private readonly Exception?[] failures = new Exception?[threads];

    /// <summary>The distribution of the calling thread, for single rows.</summary>
    internal TokenDistribution Own => distributions[0];

    /// <summary>Bytes of the buffers.</summary>
    internal static long BytesFor(int vocabulary, int threads) => threads * TokenDistribution.BytesFor(vocabulary);

    /// <summary>One token for each answer.</summary>
    /// <param name="logits">[answers, vocabulary].</param>
    /// <param name="answers">The answers, in the order of the rows.</param>
    /// <returns>[answers], valid until the next call.</returns>
    /// <exception cref="InvalidInputException">A row's scores are not numbers, or all its tokens are banned.</exception>
    internal ReadOnlySpan<DrawnToken> Draw(ReadOnlySpan<float> logits, IReadOnlyList<AnswerInProgress> answers)
    {
        var parts = (int)Math.Clamp((long)answers.Count * vocabulary / ScoresOfOneThread, 1, distributions.Length);
        fixed (float* start = logits)
        {
            var address = (nint)start;
            if (parts == 1)
            {
                DrawPart(address, answers, 0, 1);
            }
            else
            {
                Parallel.For(0, parts, part => DrawPart(address, answers, part, parts));
            }
        }

        for (var part = 0; part < parts; part++)
        {
            if (failures[part] is { } failure)
            {
                Array.Clear(failures);
                ExceptionDispatchInfo.Throw(failure);
            }
        }

        return drawn.AsSpan(0, answers.Count);
    }

    private void DrawPart(nint logits, IReadOnlyList<AnswerInProgress> answers, int part, int parts)
    {
        try
        {
            for (var row = answers.Count * part / parts; row < answers.Count * (part + 1) / parts; row++)
            {
                var answer = answers[row];
                var scores = new ReadOnlySpan<float>((float*)logits + ((long)row * vocabulary), vocabulary);
                distributions[part].Set(scores, answer.Group.Request.Options, answer.Processor);
                drawn[row] = answer.Draw(distributions[part]);
            }
        }
        catch (Exception failure)
        {
            // Carried to the caller, who would see a parallel loop's wrapper otherwise.
            failures[part] = failure;
        }
    }
}
