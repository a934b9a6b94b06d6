using Plumbline.Torch.Dispatch;
using static TorchSharp.torch;

namespace Plumbline.Torch.Functions;

/// <summary>Attention of packed rows from libtorch operators, on any device, in any dtype: span by span, equally long sequences that lie end to end at once.</summary>
internal static class SpanAttention
{
    /// <param name="rows">[tokens, layout's row size].</param>
    /// <param name="layout">The heads in a row.</param>
    /// <param name="plan">Who sees whom.</param>
    /// <param name="rule">Scale, window, cap.</param>
    /// <returns>[tokens, query size].</returns>
    internal static Tensor Attend(Tensor rows, HeadLayout layout, AttentionPlan plan, AttentionRule rule)
    {
        var parts = rows.split([layout.QuerySize, layout.KeyValueSize, layout.KeyValueSize], -1);
        var uniform = !plan.SharesPrompts && plan.Spans.All(span => span.Length == plan.Spans[0].Length);
        if (uniform)
        {
            return Merged(Causal(Array.ConvertAll(parts, part => Heads(part, plan.Spans.Count, layout)), rule), layout);
        }

        Tensor Own(Tensor part, AttentionSpan span) => part.narrow(0, span.Start, span.Length);
        Tensor Seen(Tensor part, AttentionSpan span) =>
            Heads(
                span.PromptLength == 0 ? Own(part, span) : cat([part.narrow(0, span.PromptStart, span.PromptLength), Own(part, span)]),
                1,
                layout
            );
        return cat([
            .. plan.Spans.Select(span =>
            {
                Tensor[] heads = [Heads(Own(parts[0], span), 1, layout), Seen(parts[1], span), Seen(parts[2], span)];
                return Merged(
                    span.PromptLength == 0 ? Causal(heads, rule) : BlockedAttention.Attend(heads[0], heads[1], heads[2], rule),
                    layout
                );
            }),
        ]);
    }

    private static Tensor Causal(Tensor[] heads, AttentionRule rule) =>
        rule.SoftCap is null && (rule.Window ?? long.MaxValue) >= heads[0].shape[2]
            ? FusedOperators.ScaledDotProductAttention(heads[0], heads[1], heads[2], causal: true, scale: rule.Scale)
            : BlockedAttention.Attend(heads[0], heads[1], heads[2], rule);

    // [sequences · time, heads · size] -> [sequences, heads, time, size]
    private static Tensor Heads(Tensor part, long sequences, HeadLayout layout) =>
        part.reshape(sequences, part.shape[0] / sequences, -1, layout.HeadSize).transpose(1, 2);

    private static Tensor Merged(Tensor heads, HeadLayout layout) => heads.transpose(1, 2).reshape(-1, layout.QuerySize);
}
