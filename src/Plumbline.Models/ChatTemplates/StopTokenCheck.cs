using Microsoft.Extensions.AI;

namespace Plumbline.Models.ChatTemplates;

/// <summary>
/// Checks that a model's end tokens are ones its chat template really ends the assistant's turns with. Where they are not, as in many published
/// folders, answers run on to the token limit and nothing says why.
/// </summary>
public static class StopTokenCheck
{
    private const string Answer = "Plumb and level.";

    /// <summary>What is wrong, a sentence each with its mend; empty where the tokens fit.</summary>
    /// <param name="encoder">The model's tokenizer and template.</param>
    /// <param name="endTokens">The end tokens of <c>config.json</c> and <c>generation_config.json</c>.</param>
    public static IReadOnlyList<string> Warnings(ChatEncoder encoder, IReadOnlyCollection<int> endTokens)
    {
        var warnings = new List<string>();
        foreach (var id in endTokens.Where(id => id >= encoder.Tokenizer.VocabularySize))
        {
            warnings.Add(
                $"The end token {id} is not in the tokenizer's vocabulary. Take it out of eos_token_id in generation_config.json."
            );
        }

        // A turn can end differently in the middle of a conversation.
        ChatMessage[] turn = [new(ChatRole.User, "Is it straight?"), new(ChatRole.Assistant, Answer)];
        ChatMessage[] middle = [.. turn, new(ChatRole.User, "Thanks.")];
        try
        {
            int?[] ends = [TurnEnd(encoder, turn), TurnEnd(encoder, middle)];
            if (!ends.Any(end => end is { } id && endTokens.Contains(id)))
            {
                warnings.Add(Misfit(encoder, ends.OfType<int>().Distinct().ToList(), endTokens));
            }
        }
        catch (InvalidInputException refusal)
        {
            warnings.Add($"Whether the model ends its turns could not be checked: {refusal.Message}");
        }

        return warnings;
    }

    // The special token behind the answer, with nothing but whitespace between.
    private static int? TurnEnd(ChatEncoder encoder, IReadOnlyList<ChatMessage> messages)
    {
        var (text, tokens) = encoder.EncodeWithText(messages);
        var answer = text.LastIndexOf(Answer, StringComparison.Ordinal);
        var end = answer < 0 ? text.Length : answer + Answer.Length;
        for (var i = 0; i < tokens.Ids.Length; i++)
        {
            if (tokens.Starts[i] < end)
            {
                continue;
            }

            if (encoder.Tokenizer.SpecialTokens.Any(token => token.Id == tokens.Ids[i]))
            {
                return tokens.Ids[i];
            }

            if (!string.IsNullOrWhiteSpace(encoder.Tokenizer.Decode([tokens.Ids[i]])))
            {
                break;
            }
        }

        return null;
    }

    private static string Misfit(ChatEncoder encoder, List<int> ends, IReadOnlyCollection<int> endTokens)
    {
        var known = endTokens.Count == 0 ? "the model names no end token" : $"the model's end tokens are {Names(encoder, endTokens)}";
        return ends.Count == 0
            ? $"The chat template writes no special token behind the assistant's text; {known}. Answers may run on to the token limit: use a template "
                + "that ends turns with a token, or give a stop string."
            : $"The chat template ends the assistant's turns with {Names(encoder, ends)}, but {known}. Answers would run on to the token limit: add "
                + $"{string.Join(", ", ends)} to eos_token_id in generation_config.json.";
    }

    private static string Names(ChatEncoder encoder, IEnumerable<int> ids) =>
        string.Join(
            ", ",
            ids.Select(id => id < encoder.Tokenizer.VocabularySize ? $"'{encoder.Tokenizer.IdToToken(id)}' ({id})" : $"{id} (unknown)")
        );
}
