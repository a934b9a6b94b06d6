using System.Text.Json;

namespace Plumbline.Models.Tokenization;

/// <summary>Reads which special tokens the <c>post_processor</c> of a <c>tokenizer.json</c> puts around a single text.</summary>
internal static class PostProcessorReader
{
    /// <summary>The tokens before and behind the text.</summary>
    public static (List<string> Prefix, List<string> Suffix) Read(JsonInput root)
    {
        var prefix = new List<string>();
        var suffix = new List<string>();
        if (root.Find("post_processor", JsonValueKind.Object) is { } processor)
        {
            ReadInto(processor, prefix, suffix);
        }

        return (prefix, suffix);
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
                    ReadInto(step.Expect(JsonValueKind.Object), prefix, suffix);
                }

                break;
            case "TemplateProcessing":
                ReadTemplate(processor, prefix, suffix);
                break;
            default:
                throw processor.Invalid(
                    $"{processor.Path} is of type {type}; supported are ByteLevel, TemplateProcessing and Sequence.",
                    "Use a model with a decoder's tokenizer."
                );
        }
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
