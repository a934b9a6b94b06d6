using Plumbline.Models.HuggingFace;
using Plumbline.Models.Language;
using Plumbline.Randomness;
using Plumbline.Testing.Torch;
using Plumbline.Torch.Functions;
using static TorchSharp.torch;

namespace Plumbline.Models.Tests.Language;

/// <summary>A prompt that stands once, its answers after it, against the same sequences each with a prompt of its own, for every architecture.</summary>
[NoTensorLeaks]
public sealed class SharedPromptTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Architectures", "Reference");

    private static readonly int[] Prompt = [3, 1, 4, 1, 5, 9, 2];
    private static readonly int[][] Answers =
    [
        [6, 5, 3, 5],
        [8, 9, 7, 9, 3, 2, 3, 8, 4],
        [6],
    ];
    private static readonly int[] Other = [2, 7, 1, 8, 2];

    // A prompt with three answers, a sequence by itself, and a prompt with one answer.
    private static readonly PackedTokens Shared = new(
        [.. Prompt, .. Answers[0], .. Answers[1], .. Answers[2], .. Other, .. Prompt, .. Answers[2]],
        [
            new AttentionSpan(0, 7),
            new AttentionSpan(7, 4, 0, 7),
            new AttentionSpan(11, 9, 0, 7),
            new AttentionSpan(20, 1, 0, 7),
            new AttentionSpan(21, 5),
            new AttentionSpan(26, 7),
            new AttentionSpan(33, 1, 26, 7),
        ]
    );
    private static readonly PackedTokens Unshared = PackedTokens.Of([
        [.. Prompt, .. Answers[0]],
        [.. Prompt, .. Answers[1]],
        [.. Prompt, .. Answers[2]],
        Other,
        [.. Prompt, .. Answers[2]],
    ]);

    // The same answers' rows in both; the prompt's rows of the first sequence.
    private static readonly long[] SharedRows = [.. Rows(0, 7), .. Rows(7, 4), .. Rows(11, 9), 20, .. Rows(21, 5), 33];
    private static readonly long[] UnsharedRows = [.. Rows(0, 7), .. Rows(7, 4), .. Rows(18, 9), 34, .. Rows(35, 5), 47];

    public static TheoryData<string> Cases =>
        [.. Directory.GetDirectories(Folder).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Hidden_states_and_gradients_with_a_shared_prompt_equal_those_without(string model)
    {
        using var scope = NewDisposeScope();
        var config = ConfigJson.Read(Path.Combine(Folder, model, "config.json"));
        using var decoder = new Decoder(config with { InitializerRange = 0.3 }, new Seed(3), ScalarType.Float64);
        if (!decoder.MayShareBeginning([11, 16, 8]))
        {
            Assert.NotNull(config.RopeScaling);
            return;
        }

        var weights = randn([SharedRows.Length, config.HiddenSize], ScalarType.Float64);
        var (shared, sharedGradients) = Pass(decoder, Shared, SharedRows, weights);
        var (unshared, gradients) = Pass(decoder, Unshared, UnsharedRows, weights);

        // The rotations are float32 in both; a scaled model's lengths differ in nothing else.
        Assert.True((shared - unshared).abs().max().item<double>() < 1e-9);
        Assert.All(
            sharedGradients.Zip(gradients),
            pair => Assert.True((pair.First - pair.Second).norm().item<double>() <= 1e-9 * (1 + pair.Second.norm().item<double>()))
        );
    }

    [Theory]
    [InlineData("llama-dynamic")]
    [InlineData("phi3-longrope")]
    public void A_beginning_is_not_shared_where_its_rotations_would_depend_on_what_follows(string model)
    {
        using var decoder = ModelFolder.Load(Path.Combine(Folder, model));
        var trained = decoder.Config.RopeScaling is LongRopeScaling scaling ? scaling.OriginalMaxPositions : decoder.Config.MaxPositions;

        Assert.True(decoder.MayShareBeginning([4, 5, trained]));
        Assert.False(decoder.MayShareBeginning([4, trained + 1]));
    }

    [Fact]
    public void An_answer_does_not_see_the_others()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var decoder = new Decoder(TinyModels.Config("llama"), new Seed(1));
        var changed = (int[])Shared.Ids.Clone();
        changed.AsSpan(7, 4).Fill(1);

        var before = decoder.HiddenStates(Shared);
        var after = decoder.HiddenStates(new PackedTokens(changed, Shared.Spans));

        Assert.False(before.narrow(0, 7, 4).Equals(after.narrow(0, 7, 4)));
        Assert.True(before.narrow(0, 0, 7).Equals(after.narrow(0, 0, 7)));
        Assert.True(before.narrow(0, 11, 23).Equals(after.narrow(0, 11, 23)));
    }

    [Fact]
    public void Spans_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new PackedTokens([1, 2, 3], [new AttentionSpan(0, 2)]));
        Assert.Throws<ArgumentException>(() => new PackedTokens([1, 2, 3], [new AttentionSpan(0, 2), new AttentionSpan(2, 1, 0, 1)]));
        Assert.Throws<ArgumentException>(() => new PackedTokens([1, 2, 3], [new AttentionSpan(0, 2), new AttentionSpan(1, 1)]));
        Assert.Throws<ArgumentException>(() => new PackedTokens([], Array.Empty<AttentionSpan>()));
    }

    private static (Tensor Hidden, Tensor[] Gradients) Pass(Decoder decoder, PackedTokens tokens, long[] rows, Tensor weights)
    {
        foreach (var parameter in decoder.Parameters)
        {
            parameter.Value.grad?.zero_();
        }

        var hidden = decoder.HiddenStates(tokens).index_select(0, tensor(rows));
        (hidden * weights).sum().backward();
        return (
            hidden.detach(),
            [.. decoder.Parameters.Select(parameter => parameter.Value.grad?.clone() ?? zeros(1, ScalarType.Float64))]
        );
    }

    private static IEnumerable<long> Rows(long first, long count) => Enumerable.Range(0, (int)count).Select(i => first + i);
}
