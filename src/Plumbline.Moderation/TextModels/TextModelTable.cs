using Plumbline.Moderation.TextModels.Training;

namespace Plumbline.Moderation.TextModels;

/// <summary>What a text model has learnt.</summary>
/// <param name="Records">A power of two of records of <see cref="TextModel.RecordBytes"/> bytes each.</param>
/// <param name="Scales">What a weight of 1 is worth, label by label.</param>
/// <param name="Biases">The score of a text without known features, label by label.</param>
internal sealed record TextModelTable(byte[] Records, float[] Scales, float[] Biases)
{
    /// <summary>The score of each label in a text's highest window.</summary>
    internal float[] Scores(TextDocument document)
    {
        var best = Biases.ToArray();
        for (var window = 0; window < document.Windows.Length; window++)
        {
            for (var label = 0; label < Biases.Length; label++)
            {
                var sum = 0;
                foreach (var record in document.Windows[window])
                {
                    sum += (sbyte)Records[(record * TextModel.RecordBytes) + label + 1];
                }

                var score = Biases[label] + (Scales[label] * sum * document.Roots[window]);
                best[label] = window == 0 ? score : Math.Max(best[label], score);
            }
        }

        return best;
    }
}
