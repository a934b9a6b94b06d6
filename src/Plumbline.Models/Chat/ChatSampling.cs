using System.Collections;
using System.Globalization;
using Microsoft.Extensions.AI;
using Plumbline.Models.ChatTemplates;
using Plumbline.Models.Generation;
using Plumbline.Randomness;

namespace Plumbline.Models.Chat;

/// <summary>A request's options as the sampler and the template know them. What neither knows is refused, not left out.</summary>
/// <param name="Sampling">How tokens are drawn.</param>
/// <param name="Seed">The seed; null where the request has none.</param>
/// <param name="Render">What the template is told.</param>
internal sealed record ChatSampling(SamplingOptions Sampling, Seed? Seed, ChatRenderOptions Render)
{
    private const string TemplateVariables = "chat_template_kwargs";
    private const string Continue = "continue_final_message";

    /// <summary>Lays a request's options over the defaults.</summary>
    /// <param name="options">The request's; null for none.</param>
    /// <param name="defaults">What holds where the request is silent.</param>
    /// <param name="modelId">The client's model.</param>
    /// <exception cref="InvalidInputException">An option cannot be followed.</exception>
    internal static ChatSampling Of(ChatOptions? options, SamplingOptions defaults, string modelId)
    {
        if (options is null)
        {
            return new ChatSampling(defaults, null, new ChatRenderOptions());
        }

        Refuse(options, modelId);
        var sampling = defaults with
        {
            MaxNewTokens = options.MaxOutputTokens ?? defaults.MaxNewTokens,
            Temperature = options.Temperature ?? defaults.Temperature,
            TopP = options.TopP ?? defaults.TopP,
            TopK = options.TopK ?? defaults.TopK,
            FrequencyPenalty = options.FrequencyPenalty ?? defaults.FrequencyPenalty,
            PresencePenalty = options.PresencePenalty ?? defaults.PresencePenalty,
            StopStrings = options.StopSequences is { } stops ? [.. stops] : defaults.StopStrings,
        };
        var render = new ChatRenderOptions();
        foreach (var (name, value) in options.AdditionalProperties ?? [])
        {
            switch (name)
            {
                case "min_p":
                    sampling = sampling with { MinP = Number(name, value) };
                    break;
                case "repetition_penalty":
                    sampling = sampling with { RepetitionPenalty = Number(name, value) };
                    break;
                case Continue:
                    render = render with { ContinueFinalMessage = value is true };
                    break;
                case TemplateVariables when value is IEnumerable<KeyValuePair<string, object?>> variables:
                    render = render with { Variables = variables.ToDictionary(StringComparer.Ordinal) };
                    break;
                default:
                    throw new InvalidInputException(
                        $"The local model does not know the property '{name}'{(value is IEnumerable and not string ? " of this type" : string.Empty)}.",
                        $"It knows min_p, repetition_penalty, {Continue} and {TemplateVariables} (a dictionary)."
                    );
            }
        }

        return new ChatSampling(sampling, options.Seed is { } seed ? new Seed(unchecked((ulong)seed)) : null, render);
    }

    private static void Refuse(ChatOptions options, string modelId)
    {
        (bool IsAsked, string Option, string Mend)[] unknown =
        [
            (
                options.Tools is { Count: > 0 } || options.ToolMode is not null and not NoneChatToolMode,
                nameof(ChatOptions.Tools),
                "Write them into the prompt with ChatEncoder and ChatRenderOptions.Tools, and read the calls out of the text."
            ),
            (
                options.ResponseFormat is not null and not ChatResponseFormatText,
                nameof(ChatOptions.ResponseFormat),
                "Ask for the format in the prompt."
            ),
            (options.ConversationId is not null, nameof(ChatOptions.ConversationId), "Send the whole conversation."),
            (options.Reasoning is not null, nameof(ChatOptions.Reasoning), $"Use the template's own variable, in {TemplateVariables}."),
            (options.AllowBackgroundResponses is true, nameof(ChatOptions.AllowBackgroundResponses), "Leave it out."),
            (options.ContinuationToken is not null, nameof(ChatOptions.ContinuationToken), "Leave it out."),
            (options.RawRepresentationFactory is not null, nameof(ChatOptions.RawRepresentationFactory), "Leave it out."),
            (
                options.ModelId is not null && options.ModelId != modelId,
                nameof(ChatOptions.ModelId),
                $"Ask for '{modelId}', or for no model by name."
            ),
        ];
        if (Array.Find(unknown, option => option.IsAsked) is { Option: not null } refused)
        {
            throw new InvalidInputException($"The local model cannot follow the option {refused.Option}.", refused.Mend);
        }
    }

    private static double Number(string name, object? value) =>
        value is IConvertible and not string and not bool
            ? Convert.ToDouble(value, CultureInfo.InvariantCulture)
            : throw new InvalidInputException($"The property '{name}' is {value ?? "null"}, not a number.");
}
