using System.Text.Json;

namespace Plumbline.Tokenization;

/// <summary>Reads which special tokens the <c>post_processor</c> of a <c>tokenizer.json</c> puts around a single text.</summary>
internal static class PostProcessorReader
{
    private const int MaximumTokens = 64;

    /// <summary>The tokens before and behind the text.</summary>
    public static (List<string> Prefix, List<string> Suffix) Read(JsonInput root)
    {
        var prefix = new List<string>();
        var suffix = new List<string>();
        if (root.Find("post_processor", JsonValueKind.Object) is { } processor)
        {
            ReadInto(processor, prefix, suffix);
        }

        return prefix.Count + suffix.Count <= MaximumTokens
            ? (prefix, suffix)
            : throw root.Invalid($"{root.Path}.post_processor puts more than {MaximumTokens} tokens around a text.");
    }

    private static void ReadInto(JsonInput processor, List<string> prefix, List<string> suffix)
    {
        var type = processor.GetText("type");
        switch (type)
        {
            case "ByteLevel":
                // It only trims offsets.
                break;
            case "Sequence":
                foreach (var step in processor.Get("processors", JsonValueKind.Array).Items())
                {
                    // Each step works on what the one before made: a later one stands further out.
                    var (before, behind) = (new List<string>(), new List<string>());
                    ReadInto(step.Expect(JsonValueKind.Object), before, behind);
                    prefix.InsertRange(0, before);
                    suffix.AddRange(behind);
                }

                break;
            case "TemplateProcessing":
                ReadTemplate(processor, prefix, suffix);
                break;
            case "BertProcessing" or "RobertaProcessing":
                prefix.Add(ReadPair(processor, "cls"));
                suffix.Add(ReadPair(processor, "sep"));
                break;
            default:
                throw processor.Invalid(
                    $"{processor.Path} is of type {type}, which is not supported.",
                    "Supported are Sequence, ByteLevel, TemplateProcessing, BertProcessing and RobertaProcessing."
                );
        }
    }

    private static string ReadPair(JsonInput processor, string name)
    {
        var pair = processor.Get(name, JsonValueKind.Array);
        return pair.Element.GetArrayLength() == 2 && pair.Element[0].ValueKind == JsonValueKind.String
            ? pair.Element[0].GetString()!
            : throw pair.Invalid($"{pair.Path} is {pair.Element.GetRawText()}, not a token and its id.");
    }

    private static void ReadTemplate(JsonInput processor, List<string> prefix, List<string> suffix)
    {
        var seenText = false;
        foreach (var item in processor.Get("single", JsonValueKind.Array).Items())
        {
            var part = item.Expect(JsonValueKind.Object);
            if (part.Has("Sequence"))
            {
                seenText = true;
            }
            else
            {
                (seenText ? suffix : prefix).Add(part.Get("SpecialToken", JsonValueKind.Object).GetText("id"));
            }
        }
    }
}
