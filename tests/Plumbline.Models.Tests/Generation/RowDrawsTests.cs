using Plumbline.Models.Generation;
using Plumbline.Randomness;
using TorchSharp;

namespace Plumbline.Models.Tests.Generation;

public sealed class RowDrawsTests : IDisposable
{
    // Enough scores in six rows for three threads.
    private const int Vocabulary = 9_000;

    private readonly int threads = torch.get_num_threads();

    public void Dispose() => torch.set_num_threads(threads);

    [Fact]
    public void What_is_drawn_does_not_depend_on_the_threads()
    {
        var (one, three) = (Answers(1, Noise), Answers(3, Noise));

        Assert.Equal(6 * 5, one.Sum(answer => answer.Ids.Length));
        Assert.All(
            one.Zip(three),
            pair =>
            {
                Assert.Equal(pair.First.Ids, pair.Second.Ids);
                Assert.Equal(pair.First.LogProbabilities, pair.Second.LogProbabilities);
            }
        );
        Assert.Equal(6, one.Select(answer => string.Join(",", answer.Ids)).Distinct().Count());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_row_that_is_no_number_is_refused_as_such_on_any_thread(int count)
    {
        var refused = Assert.Throws<InvalidInputException>(() =>
            Answers(
                count,
                (sequence, logits) =>
                {
                    Noise(sequence, logits);
                    logits[17] = sequence.Count == 3 && sequence[0] == 5 ? float.NaN : 0;
                }
            )
        );

        Assert.Contains("not numbers", refused.Message);
    }

    private static IReadOnlyList<SampledAnswer> Answers(int threads, Action<IReadOnlyList<int>, Span<float>> model)
    {
        torch.set_num_threads(threads);
        using var engine = new PagedTestEngine(slots: 6, sequenceCapacity: 20, Vocabulary) { Model = model };
        return new Sampler(engine).Generate([
            .. Enumerable
                .Range(1, 6)
                .Select(i => new SamplingRequest
                {
                    Prompt = [i],
                    Options = new SamplingOptions { MaxNewTokens = 5, TopP = 0.9 },
                    Seed = new Seed((ulong)i),
                }),
        ]);
    }

    private static void Noise(IReadOnlyList<int> sequence, Span<float> logits)
    {
        var random = new Seed((ulong)sequence[^1]).Source();
        for (var id = 0; id < logits.Length; id++)
        {
            logits[id] = 3 * (float)random.NextNormal();
        }
    }
}
