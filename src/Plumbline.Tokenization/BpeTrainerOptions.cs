namespace Plumbline.Tokenization;

/// <summary>How <see cref="BpeTrainer"/> makes a vocabulary.</summary>
public sealed record BpeTrainerOptions
{
    /// <summary>The pattern of Llama 3: contractions, words with one sign or space before them, up to three digits, signs, line ends, spaces.</summary>
    public const string Llama3Pattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>
    /// The template for models trained here: ChatML with the answers marked, their end-of-turn token included, for training on them alone.
    /// </summary>
    public const string PlumblineChatTemplate = """
        {%- for message in messages %}
            {{- '<|im_start|>' + message['role'] + '\n' }}
            {%- if message['role'] == 'assistant' %}
                {%- generation %}
                    {{- message['content'] + '<|im_end|>' }}
                {%- endgeneration %}
            {%- else %}
                {{- message['content'] + '<|im_end|>' }}
            {%- endif %}
            {{- '\n' }}
        {%- endfor %}
        {%- if add_generation_prompt %}
            {{- '<|im_start|>assistant\n' }}
        {%- endif %}
        """;

    /// <summary>How many entries to reach, special tokens and the 256 bytes included. At least 256 plus the special tokens.</summary>
    /// <value>4,096</value>
    public int VocabularySize { get; init; } = 4096;

    /// <summary>How often a pair must occur to be merged; at least 1.</summary>
    /// <value>2</value>
    public int MinFrequency { get; init; } = 2;

    /// <summary>The special tokens; they take the ids from 0 on, in this order.</summary>
    /// <value><c>&lt;|endoftext|&gt;</c>, <c>&lt;|im_start|&gt;</c>, <c>&lt;|im_end|&gt;</c></value>
    public IReadOnlyList<string> SpecialTokens { get; init; } = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"];

    /// <summary>Which special token ends an answer; null for none.</summary>
    /// <value><c>&lt;|im_end|&gt;</c></value>
    public string? EosToken { get; init; } = "<|im_end|>";

    /// <summary>Which special token fills batches; null for none. Not the end token: a padded end would never be learnt.</summary>
    /// <value><c>&lt;|endoftext|&gt;</c></value>
    public string? PadToken { get; init; } = "<|endoftext|>";

    /// <summary>Which special token begins a text; null for none.</summary>
    /// <value>null</value>
    public string? BosToken { get; init; }

    /// <summary>The pattern that cuts texts into pieces, in Oniguruma's syntax; merges never cross a cut.</summary>
    /// <value><see cref="Llama3Pattern"/></value>
    public string Pattern { get; init; } = Llama3Pattern;

    /// <summary>The chat template to save with the tokenizer; null for none.</summary>
    /// <value><see cref="PlumblineChatTemplate"/></value>
    public string? ChatTemplate { get; init; } = PlumblineChatTemplate;

    /// <summary>Refuses values out of range.</summary>
    /// <exception cref="InvalidInputException">A value is out of range, or tokens are named twice or not at all.</exception>
    internal void Validate()
    {
        var least = 256 + SpecialTokens.Count;
        if (VocabularySize < least || VocabularySize > TokenizerDefinition.MaximumVocabulary)
        {
            throw new InvalidInputException(
                $"vocabulary_size is {VocabularySize}, not between {least} (the bytes and the special tokens) and {TokenizerDefinition.MaximumVocabulary}.",
                "Choose a size in that range."
            );
        }

        if (MinFrequency < 1)
        {
            throw new InvalidInputException($"min_frequency is {MinFrequency}, not at least 1.", "Choose 1 or more; 2 is usual.");
        }

        if (SpecialTokens.Any(string.IsNullOrEmpty) || SpecialTokens.Distinct(StringComparer.Ordinal).Count() != SpecialTokens.Count)
        {
            throw new InvalidInputException("special_tokens has an empty or a repeated entry.", "Name each special token once.");
        }

        // One visible character would be taken for the byte it stands for.
        if (SpecialTokens.FirstOrDefault(token => token.Length == 1) is { } single)
        {
            throw new InvalidInputException($"special_tokens has '{single}', a single character.", "Use a longer name such as <|end|>.");
        }

        foreach (
            var (name, token) in (ReadOnlySpan<(string, string?)>)
                [("bos_token", BosToken), ("eos_token", EosToken), ("pad_token", PadToken)]
        )
        {
            if (token is not null && !SpecialTokens.Contains(token))
            {
                throw new InvalidInputException($"{name} is '{token}', which is not among special_tokens.", "Add it there.");
            }
        }
    }
}

/// <summary>How far the training of a tokenizer is.</summary>
/// <param name="TextsRead">How many texts were counted.</param>
/// <param name="VocabularySize">How many entries the vocabulary has.</param>
/// <param name="Target">How many it may get.</param>
public readonly record struct BpeTrainingProgress(long TextsRead, int VocabularySize, int Target);
