using System.Text.Json;
using System.Text.RegularExpressions;

namespace Plumbline.Models.Tokenization;

/// <summary>Reads the <c>pre_tokenizer</c> of a <c>tokenizer.json</c>.</summary>
internal static class PreTokenizerReader
{
    private const int MaximumSteps = 32;
    private const int MaximumPatternLength = 20_000;

    /// <summary>Understands a pre-tokenizer that ends in bytes.</summary>
    public static PreTokenizer Read(JsonInput input)
    {
        var steps = new List<PreTokenizer>();
        ReadInto(input, steps);
        if (steps.Count == 0 || steps[^1] is not ByteLevelPreTokenizer || steps.Count(step => step is ByteLevelPreTokenizer) != 1)
        {
            throw input.Invalid(
                $"{input.Path} does not end in one ByteLevel step: this is no byte-level BPE.",
                "SentencePiece-like BPE models are not supported."
            );
        }

        return steps.Count == 1 ? steps[0] : new SequencePreTokenizer(steps);
    }

    private static void ReadInto(JsonInput input, List<PreTokenizer> steps)
    {
        if (steps.Count >= MaximumSteps)
        {
            throw input.Invalid($"{input.Path} has more than {MaximumSteps} steps.");
        }

        var type = input.GetText("type");
        switch (type)
        {
            case "Sequence":
                foreach (var step in input.Get("pretokenizers", JsonValueKind.Array).Items())
                {
                    ReadInto(step.Expect(JsonValueKind.Object), steps);
                }

                break;
            case "Split":
                steps.Add(new SplitPreTokenizer(ReadPattern(input), ReadBehavior(input), input.GetFlag("invert", false)));
                break;
            case "Digits":
                var single = input.GetFlag("individual_digits", false);
                steps.Add(new SplitPreTokenizer(new CodePointRegex(single ? @"\p{N}" : @"\p{N}+"), SplitBehavior.Isolated, invert: false));
                break;
            case "Punctuation":
                // ASCII's signs count as punctuation even where Unicode calls them symbols.
                steps.Add(new SplitPreTokenizer(new CodePointRegex(@"[\p{P}$+<=>\^`|~]"), ReadBehavior(input), invert: false));
                break;
            case "ByteLevel":
                var split = input.GetFlag("use_regex", true)
                    ? new SplitPreTokenizer(new CodePointRegex(ByteLevelPreTokenizer.Pattern), SplitBehavior.Isolated, invert: false)
                    : null;
                steps.Add(new ByteLevelPreTokenizer(input.GetFlag("add_prefix_space", true), split));
                break;
            default:
                throw input.Invalid(
                    $"{input.Path} is of type {type}; supported are Sequence, Split, Digits, Punctuation and ByteLevel.",
                    "Use a model with a byte-level BPE tokenizer."
                );
        }
    }

    private static CodePointRegex ReadPattern(JsonInput input)
    {
        var pattern = input.Get("pattern", JsonValueKind.Object);
        var text = pattern.FindText("Regex") ?? Regex.Escape(pattern.GetText("String"));
        return text.Length <= MaximumPatternLength
            ? new CodePointRegex(text)
            : throw pattern.Invalid($"{pattern.Path} has {text.Length} characters; at most {MaximumPatternLength} are read.");
    }

    private static SplitBehavior ReadBehavior(JsonInput input)
    {
        var name = input.FindText("behavior") ?? nameof(SplitBehavior.Isolated);
        return Enum.TryParse<SplitBehavior>(name, out var behavior) && Enum.IsDefined(behavior) && !char.IsAsciiDigit(name[0])
            ? behavior
            : throw input.Invalid($"{input.Path}.behavior is '{name}', not one of {string.Join(", ", Enum.GetNames<SplitBehavior>())}.");
    }
}
