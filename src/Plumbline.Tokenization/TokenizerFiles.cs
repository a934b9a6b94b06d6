namespace Plumbline.Tokenization;

/// <summary>The bytes of a tokenizer's files, kept so that saving gives back exactly what was loaded.</summary>
/// <param name="Tokenizer"><c>tokenizer.json</c>; null where there is only a SentencePiece model.</param>
/// <param name="Configuration"><c>tokenizer_config.json</c>, if there is one.</param>
/// <param name="SpecialTokensMap"><c>special_tokens_map.json</c>, if there is one.</param>
/// <param name="ChatTemplate"><c>chat_template.jinja</c>, if there is one.</param>
internal sealed record TokenizerFiles(
    byte[]? Tokenizer,
    byte[]? Configuration = null,
    byte[]? SpecialTokensMap = null,
    byte[]? ChatTemplate = null
)
{
    /// <summary>The SentencePiece model (<c>tokenizer.model</c> or <c>spiece.model</c>), if there is one; read only where <see cref="Tokenizer"/> is null.</summary>
    public NamedFile? SentencePiece { get; init; }

    /// <summary><c>added_tokens.json</c>, which older folders keep beside a SentencePiece model.</summary>
    public byte[]? AddedTokens { get; init; }

    public const string TokenizerName = "tokenizer.json";
    public const string AddedTokensName = "added_tokens.json";
    public const string ConfigurationName = "tokenizer_config.json";
    public const string SpecialTokensMapName = "special_tokens_map.json";
    public const string ChatTemplateName = "chat_template.jinja";

    private static readonly string[] SentencePieceNames = ["tokenizer.model", "spiece.model"];

    /// <summary>The most bytes a file may have; the largest known vocabularies take a tenth.</summary>
    public const long MaximumBytes = 256L << 20;

    /// <summary>Reads the files of a model folder.</summary>
    /// <exception cref="InvalidInputException">There is no tokenizer, or a file is too large or cannot be read.</exception>
    public static TokenizerFiles Read(string folder)
    {
        var files = new TokenizerFiles(
            ReadFile(folder, TokenizerName),
            ReadFile(folder, ConfigurationName),
            ReadFile(folder, SpecialTokensMapName),
            ReadFile(folder, ChatTemplateName)
        )
        {
            SentencePiece = SentencePieceNames
                .Select(name => ReadFile(folder, name) is { } content ? new NamedFile(name, content) : null)
                .FirstOrDefault(file => file is not null),
            AddedTokens = ReadFile(folder, AddedTokensName),
        };
        return files.Tokenizer is not null || files.SentencePiece is not null
            ? files
            : throw new InvalidInputException(
                $"There is no {TokenizerName}, and no {string.Join(" or ", SentencePieceNames)} either.",
                "Give the folder of a Hugging Face model that has one; 'save_pretrained' of a fast tokenizer writes it.",
                new InputPosition(Path.Combine(folder, TokenizerName))
            );
    }

    /// <summary>Writes the files into a folder, each beside and then renamed; a file the tokenizer has not is removed there.</summary>
    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        WriteFile(folder, TokenizerName, Tokenizer);
        WriteFile(folder, ConfigurationName, Configuration);
        WriteFile(folder, SpecialTokensMapName, SpecialTokensMap);
        WriteFile(folder, ChatTemplateName, ChatTemplate);
        WriteFile(folder, AddedTokensName, AddedTokens);
        foreach (var name in SentencePieceNames)
        {
            WriteFile(folder, name, SentencePiece?.Name == name ? SentencePiece.Content : null);
        }
    }

    private static byte[]? ReadFile(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        try
        {
            var information = new FileInfo(path);
            if (!information.Exists)
            {
                return null;
            }

            return information.Length <= MaximumBytes
                ? File.ReadAllBytes(path)
                : throw new InvalidInputException(
                    $"The file has {information.Length} bytes; at most {MaximumBytes} are read.",
                    "Check that it is a tokenizer's file.",
                    new InputPosition(path)
                );
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                $"The file cannot be read: {failure.Message}",
                "Check its permissions.",
                new InputPosition(path),
                failure
            );
        }
    }

    private static void WriteFile(string folder, string name, byte[]? content)
    {
        var path = Path.Combine(folder, name);
        if (content is null)
        {
            File.Delete(path);
            return;
        }

        DurableFile.Write(path, stream => stream.Write(content));
    }
}

/// <summary>A file under the name it came with.</summary>
internal sealed record NamedFile(string Name, byte[] Content);
