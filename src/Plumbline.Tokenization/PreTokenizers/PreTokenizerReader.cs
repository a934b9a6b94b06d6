using System.Text;
using System.Text.Json;

namespace Plumbline.Tokenization.PreTokenizers;

/// <summary>Reads the <c>pre_tokenizer</c> of a <c>tokenizer.json</c>.</summary>
internal static class PreTokenizerReader
{
    private const int MaximumSteps = 32;

    /// <summary>Whether the last step cuts into bytes, so that a BPE model can work on the bytes themselves.</summary>
    public static bool EndsInBytes(JsonInput? input)
    {
        while (input?.GetText("type") == "Sequence")
        {
            input = input.Value.Get("pretokenizers", JsonValueKind.Array).Items().Select(step => (JsonInput?)step).LastOrDefault();
            input?.Expect(JsonValueKind.Object);
        }

        return input?.GetText("type") == "ByteLevel";
    }

    /// <summary>Understands a pre-tokenizer.</summary>
    /// <param name="input">The property; null where there is none.</param>
    /// <param name="leavesBytesToModel">Whether a last ByteLevel step leaves the bytes to the model.</param>
    public static List<PreTokenizer> Read(JsonInput? input, bool leavesBytesToModel)
    {
        var steps = new List<PreTokenizer>();
        if (input is { } present)
        {
            ReadInto(present, steps, leavesBytesToModel);
        }

        return steps;
    }

    private static void ReadInto(JsonInput input, List<PreTokenizer> steps, bool leavesBytesToModel)
    {
        if (steps.Count >= MaximumSteps)
        {
            throw input.Invalid($"{input.Path} has more than {MaximumSteps} steps.");
        }

        switch (input.GetText("type"))
        {
            case "Sequence":
                var list = input.Get("pretokenizers", JsonValueKind.Array);
                var last = list.Element.GetArrayLength() - 1;
                foreach (var (index, step) in list.Items().Index())
                {
                    ReadInto(step.Expect(JsonValueKind.Object), steps, leavesBytesToModel && index == last);
                }

                break;
            case "BertPreTokenizer":
                steps.Add(WhitespaceSplit());
                steps.Add(Punctuation(SplitBehavior.Isolated));
                break;
            case "ByteLevel":
                var split = input.GetFlag("use_regex", true)
                    ? new SplitPreTokenizer(TextPattern.OfRegex(ByteLevelPreTokenizer.Pattern), SplitBehavior.Isolated)
                    : null;
                steps.Add(new ByteLevelPreTokenizer(input.GetFlag("add_prefix_space", true), split, writesBytes: !leavesBytesToModel));
                break;
            case var type:
                steps.Add(
                    ReadOne(input, type)
                        ?? throw input.Invalid(
                            $"{input.Path} is of type {type}, which is not supported.",
                            "Supported are Sequence, Split, Digits, Punctuation, Whitespace, WhitespaceSplit, CharDelimiterSplit, Metaspace, ByteLevel and BertPreTokenizer."
                        )
                );
                break;
        }
    }

    private static PreTokenizer? ReadOne(JsonInput input, string type) =>
        type switch
        {
            "Split" => new SplitPreTokenizer(TextPattern.Read(input), ReadBehavior(input), input.GetFlag("invert", false)),
            "Digits" => new SplitPreTokenizer(
                new CharacterClassPattern(rune => Rune.IsNumber(rune) ? 1 : 0, joins: !input.GetFlag("individual_digits", false)),
                SplitBehavior.Isolated
            ),
            "Punctuation" => Punctuation(ReadBehavior(input)),
            "WhitespaceSplit" => WhitespaceSplit(),
            "Whitespace" => new SplitPreTokenizer(
                new CharacterClassPattern(
                    rune =>
                        CharacterClasses.IsWord(rune) ? 1
                        : Rune.IsWhiteSpace(rune) ? 0
                        : 2,
                    joins: true
                ),
                SplitBehavior.Removed,
                invert: true
            ),
            "CharDelimiterSplit" => new SplitPreTokenizer(new LiteralPattern(ReadDelimiter(input)), SplitBehavior.Removed),
            "Metaspace" => new MetaspacePreTokenizer(
                MetaspacePreTokenizer.ReadReplacement(input),
                MetaspacePreTokenizer.ReadScheme(input),
                input.GetFlag("split", true)
            ),
            _ => null,
        };

    private static SplitPreTokenizer WhitespaceSplit() =>
        new(new CharacterClassPattern(rune => Rune.IsWhiteSpace(rune) ? 1 : 0, joins: true), SplitBehavior.Removed);

    private static SplitPreTokenizer Punctuation(SplitBehavior behavior) =>
        new(new CharacterClassPattern(rune => CharacterClasses.IsPunctuation(rune) ? 1 : 0, joins: false), behavior);

    private static string ReadDelimiter(JsonInput input) =>
        input.GetText("delimiter") is { Length: > 0 } delimiter ? delimiter : throw input.Invalid($"{input.Path}.delimiter is empty.");

    private static SplitBehavior ReadBehavior(JsonInput input)
    {
        var name = input.FindText("behavior") ?? nameof(SplitBehavior.Isolated);
        return Enum.TryParse<SplitBehavior>(name, out var behavior) && Enum.IsDefined(behavior) && !char.IsAsciiDigit(name[0])
            ? behavior
            : throw input.Invalid($"{input.Path}.behavior is '{name}', not one of {string.Join(", ", Enum.GetNames<SplitBehavior>())}.");
    }
}
