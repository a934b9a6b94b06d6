using Plumbline.Testing.Torch;
using Plumbline.Torch.Functions;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Torch.Tests.Functions;

/// <summary>Attention of packed rows, by kernels and by libtorch operators, against softmax over the whole matrix of scores under a mask.</summary>
[NoTensorLeaks]
public sealed class PackedAttentionTests
{
    /// <summary>Spans by name: lengths of sequences, or (prompt, answers) groups written out.</summary>
    public static TheoryData<string, int, int, int, int?> Cases
    {
        get
        {
            var cases = new TheoryData<string, int, int, int, int?>();
            foreach (var spans in Packings.Keys)
            {
                foreach (var window in new int?[] { null, 1, 9, 40 })
                {
                    cases.Add(spans, 4, 2, 16, window);
                }

                cases.Add(spans, 3, 1, 5, null);
                cases.Add(spans, 2, 2, 32, 9);
            }

            return cases;
        }
    }

    private static readonly Dictionary<string, AttentionSpan[]> Packings = new()
    {
        ["one token"] = [new(0, 1)],
        ["lengths 1 to 9"] = [.. Sequences([1, 2, 3, 4, 5, 6, 7, 8, 9])],
        ["equal lengths with broken blocks"] = [.. Sequences([129, 129])],
        ["one long, many short"] = [.. Sequences([300, 3, 17, 2, 16, 33])],
        ["prompts shared by 1, 2 and 5"] = [.. Shared(0, 7, [4]), .. Shared(11, 33, [1, 20]), .. Shared(65, 16, [5, 1, 17, 9, 40])],
        ["a long prompt and a sequence by itself"] = [.. Shared(0, 140, [130, 3]), new(273, 21)],
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Values_and_gradients_equal_softmax_over_all_scores(string name, int heads, int keyHeads, int size, int? window)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (layout, plan) = (new HeadLayout(heads, keyHeads, size), AttentionPlan.Of(Packings[name]));
        var rule = new AttentionRule(0.3, window);
        var rows = randn(plan.Tokens, layout.RowSize).requires_grad_();
        var exact = rows.detach().to(ScalarType.Float64).requires_grad_();
        var direction = randn(plan.Tokens, layout.QuerySize);

        var expected = Masked(exact, layout, plan, rule);
        (expected * direction).sum().backward();
        var output = FusedLayers.PackedAttention(rows, layout, plan, rule);
        (output * direction).sum().backward();

        Assert.InRange(Distance(output, expected), 0, 1e-6);
        Assert.InRange(Distance(rows.grad!, exact.grad!), 0, 1e-6);
    }

    [Theory]
    [InlineData("one long, many short", null, null)]
    [InlineData("prompts shared by 1, 2 and 5", null, null)]
    [InlineData("prompts shared by 1, 2 and 5", 9, null)]
    [InlineData("prompts shared by 1, 2 and 5", null, 2.0)]
    [InlineData("prompts shared by 1, 2 and 5", 9, 2.0)]
    [InlineData("equal lengths with broken blocks", 100, 1.5)]
    [InlineData("a long prompt and a sequence by itself", 100, null)]
    public void The_road_by_operators_equals_softmax_over_all_scores_in_float64(string name, int? window, double? cap)
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var (layout, plan) = (new HeadLayout(4, 2, 16), AttentionPlan.Of(Packings[name]));
        var rule = new AttentionRule(0.3, window, cap);
        var rows = randn([plan.Tokens, layout.RowSize], ScalarType.Float64).requires_grad_();
        var twin = rows.detach().clone().requires_grad_();
        var direction = randn([plan.Tokens, layout.QuerySize], ScalarType.Float64);

        var output = FusedLayers.PackedAttention(rows, layout, plan, rule);
        (output * direction).sum().backward();
        var expected = Masked(twin, layout, plan, rule);
        (expected * direction).sum().backward();

        // The mask of a soft cap stands in float64, that of libtorch's kernel inside it: both are exact to rounding.
        Assert.InRange(Distance(output, expected), 0, 1e-12);
        Assert.InRange(Distance(rows.grad!, twin.grad!), 0, 1e-12);
    }

    [Fact]
    public void A_shared_prompt_gives_what_a_prompt_of_each_answers_own_gives()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var layout = new HeadLayout(4, 2, 16);
        var rule = AttentionRule.Plain(16);
        var shared = randn(20 + 5 + 40, layout.RowSize).requires_grad_();
        var twin = shared.detach().clone().requires_grad_();
        var prompt = twin.narrow(0, 0, 20);
        var repeated = cat([prompt, twin.narrow(0, 20, 5), prompt, twin.narrow(0, 25, 40)]);

        var output = FusedLayers.PackedAttention(shared, layout, AttentionPlan.Of([.. Shared(0, 20, [5, 40])]), rule);
        var apart = FusedLayers.PackedAttention(repeated, layout, AttentionPlan.Of([.. Sequences([25, 60])]), rule);
        var direction = randn(65, layout.QuerySize);
        (output * direction).sum().backward();
        // The prompt's own outputs count once.
        (cat([apart.narrow(0, 0, 25), apart.narrow(0, 45, 40)]) * direction)
            .sum()
            .backward();

        Assert.InRange(Distance(output.narrow(0, 20, 5), apart.narrow(0, 20, 5)), 0, 1e-6);
        Assert.InRange(Distance(output.narrow(0, 25, 40), apart.narrow(0, 45, 40)), 0, 1e-6);
        Assert.InRange(Distance(shared.grad!, twin.grad!), 0, 1e-6);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void What_an_answer_says_changes_no_bit_of_its_siblings_and_of_its_prompt(ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var layout = new HeadLayout(4, 2, 16);
        var plan = AttentionPlan.Of([.. Shared(0, 20, [6, 9, 7])]);
        var rows = randn(plan.Tokens, layout.RowSize).to(dtype);
        var changed = rows.clone();
        changed.narrow(0, 26, 9).normal_();
        changed.narrow(0, 34, 1).fill_(float.NaN);
        Tensor Run(Tensor input) => FusedLayers.PackedAttention(input, layout, plan, AttentionRule.Plain(16));
        Tensor Gradient(Tensor input)
        {
            using var leaf = input.detach().requires_grad_();
            // Only the siblings' outputs count.
            var output = Run(leaf);
            return autograd.grad([cat([output.narrow(0, 20, 6), output.narrow(0, 35, 7)]).sum()], [leaf])[0];
        }

        var (before, after) = (Run(rows), Run(changed));
        var (gradient, gradientAfter) = (Gradient(rows), Gradient(changed));

        foreach (var (start, length) in new[] { (0, 26), (35, 7) })
        {
            Assert.True(before.narrow(0, start, length).Equals(after.narrow(0, start, length)));
        }

        Assert.False(before.narrow(0, 26, 8).Equals(after.narrow(0, 26, 8)));
        Assert.True(after.narrow(0, 34, 1).isnan().all().item<bool>());
        Assert.True(gradient.narrow(0, 20, 6).Equals(gradientAfter.narrow(0, 20, 6)));
        Assert.True(gradient.narrow(0, 35, 7).Equals(gradientAfter.narrow(0, 35, 7)));
    }

    [Theory]
    [InlineData("equal lengths with broken blocks")]
    [InlineData("prompts shared by 1, 2 and 5")]
    public void In_bf16_it_stays_within_bf16_rounding_of_float32(string name)
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var (layout, plan) = (new HeadLayout(6, 2, 64), AttentionPlan.Of(Packings[name]));
        var rows = (randn(plan.Tokens, layout.RowSize) * 0.5).to(ScalarType.BFloat16).requires_grad_();
        var wide = rows.detach().to(ScalarType.Float32).requires_grad_();
        var direction = randn(plan.Tokens, layout.QuerySize);

        var output = FusedLayers.PackedAttention(rows, layout, plan, AttentionRule.Plain(64));
        (output.to(ScalarType.Float32) * direction).sum().backward();
        var expected = Masked(wide, layout, plan, AttentionRule.Plain(64));
        (expected * direction).sum().backward();

        // bf16 has 8 bits: relative 2^-8 per rounding, a few roundings in a row.
        Assert.InRange(Distance(output, expected), 0, 0.01);
        Assert.InRange(Distance(rows.grad!, wide.grad!), 0, 0.02);
    }

    [Fact]
    public void Gradients_repeat_bit_for_bit_with_any_number_of_threads()
    {
        using var scope = NewDisposeScope();
        manual_seed(6);
        var (layout, plan) = (new HeadLayout(4, 2, 16), AttentionPlan.Of(Packings["prompts shared by 1, 2 and 5"]));
        var rows = randn(plan.Tokens, layout.RowSize);
        var direction = randn(plan.Tokens, layout.QuerySize);
        Tensor Gradient()
        {
            using var leaf = rows.detach().requires_grad_();
            var output = FusedLayers.PackedAttention(leaf, layout, plan, AttentionRule.Plain(16));
            return autograd.grad([(output * direction).sum()], [leaf])[0];
        }

        var threads = get_num_threads();
        try
        {
            set_num_threads(1);
            var alone = Gradient();
            Assert.True(alone.Equals(Gradient()));

            foreach (var count in new[] { 2, 3 })
            {
                set_num_threads(count);
                Assert.True(alone.Equals(Gradient()), $"{count} threads");
            }
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void Spans_of_like_shape_are_one_batch_and_filling_stays_below_a_fifth()
    {
        var alike = AttentionPlan.Of([.. Sequences([500, 512, 490, 480])]);
        var mixed = AttentionPlan.Of([.. Sequences([.. Enumerable.Range(1, 40).Select(i => i * 25)])]);
        var group = AttentionPlan.Of([.. Shared(0, 700, [200, 210, 190, 220])]);

        Assert.Single(alike.Batches);
        Assert.Equal(2, group.Batches.Count);
        Assert.Equal(mixed.Spans.Order(ByStart), mixed.Batches.SelectMany(batch => batch.Items).Order(ByStart));
        Assert.True(mixed.Batches.Count < 20);
        var used = mixed.Spans.Sum(span => (double)span.Length * span.Keys / 2);
        var computed = mixed.Batches.Sum(batch => batch.Items.Length * (double)batch.Queries * batch.Keys / 2);
        Assert.InRange(used / computed, 0.75, 1);
    }

    [Fact]
    public void Few_scores_exist_at_a_time_whatever_the_length()
    {
        var plan = AttentionPlan.Of([.. Sequences([20_000, 4_000, 300, .. Enumerable.Repeat(7, 3000)])]);

        Assert.All(plan.Batches, batch => Assert.True((long)batch.Items.Length * batch.BlockQueries * batch.Keys <= 1 << 19));
    }

    [Fact]
    public void Spans_that_leave_a_gap_or_see_a_prompt_after_them_are_refused()
    {
        Assert.Throws<ArgumentException>(() => AttentionPlan.Of([]));
        Assert.Throws<ArgumentException>(() => AttentionPlan.Of([new(1, 3)]));
        Assert.Throws<ArgumentException>(() => AttentionPlan.Of([new(0, 3), new(3, 0)]));
        Assert.Throws<ArgumentException>(() => AttentionPlan.Of([new(0, 3), new(3, 2, 1, 3)]));
        using var rows = randn(4, 64);
        Assert.Throws<ArgumentException>(() =>
            FusedLayers.PackedAttention(rows, new HeadLayout(2, 1, 16), AttentionPlan.Of([new(0, 3)]), AttentionRule.Plain(16))
        );
    }

    private static readonly Comparer<AttentionSpan> ByStart = Comparer<AttentionSpan>.Create((a, b) => a.Start.CompareTo(b.Start));

    private static IEnumerable<AttentionSpan> Sequences(int[] lengths)
    {
        var start = 0;
        foreach (var length in lengths)
        {
            yield return new AttentionSpan(start, length);
            start += length;
        }
    }

    private static IEnumerable<AttentionSpan> Shared(int start, int prompt, int[] answers)
    {
        yield return new AttentionSpan(start, prompt);
        var at = start + prompt;
        foreach (var length in answers)
        {
            yield return new AttentionSpan(at, length, start, prompt);
            at += length;
        }
    }

    // Softmax over all pairs of rows, under a mask that is written down pair by pair.
    private static Tensor Masked(Tensor rows, HeadLayout layout, AttentionPlan plan, AttentionRule rule)
    {
        var mask = new double[plan.Tokens * plan.Tokens];
        Array.Fill(mask, double.NegativeInfinity);
        foreach (var span in plan.Spans)
        {
            for (var j = 0; j < span.Length; j++)
            {
                for (var key = 0; key <= span.PromptLength + j; key++)
                {
                    var row = key < span.PromptLength ? span.PromptStart + key : span.Start + key - span.PromptLength;
                    var hidden = rule.Window is { } window && key <= span.PromptLength + j - window;
                    mask[((span.Start + j) * plan.Tokens) + row] = hidden ? double.NegativeInfinity : 0;
                }
            }
        }

        var parts = rows.split([layout.QuerySize, layout.KeyValueSize, layout.KeyValueSize], -1);
        Tensor Heads(Tensor part, int heads) =>
            part.view(plan.Tokens, heads, layout.HeadSize).transpose(0, 1).repeat_interleave(layout.Heads / heads, dim: 0);
        var scores = Heads(parts[0], layout.Heads).matmul(Heads(parts[1], layout.KeyValueHeads).transpose(-1, -2)) * rule.Scale;
        scores = rule.SoftCap is { } cap ? (scores / cap).tanh() * cap : scores;
        var seen = F.softmax(scores + tensor(mask, [plan.Tokens, plan.Tokens]).to(rows.dtype), -1);
        return seen.matmul(Heads(parts[2], layout.KeyValueHeads)).transpose(0, 1).reshape(plan.Tokens, layout.QuerySize);
    }

    private static double Distance(Tensor actual, Tensor expected)
    {
        var wide = expected.to(ScalarType.Float64);
        return ((actual.to(ScalarType.Float64) - wide).norm() / wide.norm()).item<double>();
    }
}
