namespace Plumbline.Moderation.Languages.Training;

/// <summary>Trains language models.</summary>
public static class LanguageTrainer
{
    /// <summary>Trains a model on one thread.</summary>
    /// <param name="texts">Texts by language.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told each script when its turn comes; null for silence.</param>
    /// <returns>The bytes of the model's file, for <see cref="LanguageIdentifier.Read"/>.</returns>
    /// <exception cref="InvalidInputException">An option is out of its range, or no language has a text in a script that is told apart.</exception>
    public static byte[] Train(LanguageTexts texts, LanguageTrainingOptions options, IProgress<string>? progress = null)
    {
        options.Validate();
        var scripts = ScriptTexts.Sort(texts);
        if (scripts.Count == 0)
        {
            throw new InvalidInputException(
                "Texts by language: no line has letters of a script that is told apart.",
                "Give texts with letters."
            );
        }

        return LanguageModelFile.Write([.. scripts.Select(script => Train(script, options, progress))]);
    }

    private static ScriptParameters Train(ScriptTexts script, LanguageTrainingOptions options, IProgress<string>? progress)
    {
        progress?.Report(
            $"{Scripts.Code(script.Script)}: {string.Join(' ', script.Languages)}{(script.HasUnknown ? " and others" : string.Empty)}"
        );
        return script.Classes == 1
            ? new ScriptParameters { Script = script.Script, Languages = script.Languages }
            : ScriptCalibration.Calibrated(new ScriptTrainer(script, options).Train(), script, options);
    }
}
