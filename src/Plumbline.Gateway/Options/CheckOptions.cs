using Plumbline.Configuration;

namespace Plumbline.Gateway;

/// <summary>What is checked beside what users, tools and models say, and what becomes of what cannot be checked.</summary>
public sealed record CheckOptions : IValidatedOptions
{
    /// <summary>Whether system and developer messages and descriptions of tools are checked as prompts. Where they are not, a client can ask anything in them.</summary>
    /// <value>true</value>
    public bool SystemMessages { get; init; } = true;

    /// <summary>Whether earlier answers that a client sends back are checked again. Where they are not, a client can put anything into the model's mouth.</summary>
    /// <value>true</value>
    public bool AssistantMessages { get; init; } = true;

    /// <summary>What a client gets where its prompt does not pass.</summary>
    /// <value>Completion</value>
    public RefusalShape RefusedPrompts { get; init; } = RefusalShape.Completion;

    /// <summary>Whether images at addresses elsewhere are sent on unchecked: the gateway fetches nothing that a request names. Otherwise they are refused.</summary>
    /// <value>false</value>
    public bool PassRemoteImages { get; init; }

    /// <summary>
    /// Whether log-probabilities are passed of whole answers that pass unchanged. They name words that the model did not say, which nothing checks; of streams they are never passed.
    /// </summary>
    /// <value>false</value>
    public bool PassLogProbabilities { get; init; }

    /// <summary>
    /// Fields of a request that are refused, because they bring text to the model past every check. All others that the gateway does not know are sent on unchanged.
    /// </summary>
    /// <value>chat_template, documents, prompt_embeds, prediction, audio</value>
    public IReadOnlyList<string> RefusedFields { get; init; } = ["chat_template", "documents", "prompt_embeds", "prediction", "audio"];

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() =>
        from field in RefusedFields
        where field.Length is 0 or > 128 || field is "messages" or "prompt" or "model"
        select new OptionProblem(nameof(RefusedFields), field, "names of fields other than messages, prompt and model");
}

/// <summary>What a client gets where its prompt does not pass.</summary>
public enum RefusalShape
{
    /// <summary>An answer that says why, with <c>finish_reason</c> <c>content_filter</c>.</summary>
    Completion,

    /// <summary>HTTP 400 with the error code <c>content_filter</c>, as Azure OpenAI answers.</summary>
    Error,
}
