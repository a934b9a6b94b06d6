namespace Plumbline.Training.Supervised;

/// <summary>Tokens to learn from.</summary>
/// <param name="Ids">The tokens, at least two.</param>
/// <param name="IsTarget">Whether the model is trained to predict the token from those before it; the first never is.</param>
public sealed record TokenizedExample(int[] Ids, bool[] IsTarget)
{
    /// <summary>Tokens that are predicted.</summary>
    public int TargetCount
    {
        get
        {
            var count = 0;
            for (var i = 1; i < IsTarget.Length; i++)
            {
                count += IsTarget[i] ? 1 : 0;
            }

            return count;
        }
    }
}
