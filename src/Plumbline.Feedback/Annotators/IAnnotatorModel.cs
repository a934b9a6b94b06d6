namespace Plumbline.Feedback.Annotators;

/// <summary>A model of who is right: it weighs what raters say of items by how good they are, and finds out both from the labels alone.</summary>
public interface IAnnotatorModel
{
    /// <summary>The name the field knows it by.</summary>
    string Name { get; }

    /// <summary>Fits the model. The same labels give the same bits.</summary>
    /// <param name="labels">The labels; none give a fit without items.</param>
    /// <param name="cancellation">Ends the work between two iterations.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    AnnotatorFit Fit(LabelTable labels, CancellationToken cancellation = default);
}
