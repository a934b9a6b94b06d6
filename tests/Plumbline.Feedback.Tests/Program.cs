using Plumbline.Feedback.Tests;
using Plumbline.Feedback.Tests.Reviews;
using Xunit.MicrosoftTestingPlatform;

return args switch
{
    [DoomedWriter.Command, var location] => await DoomedWriter.RunAsync(location),
    [DoomedReviewer.Command, var location] => await DoomedReviewer.RunAsync(location),
    _ => await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
};
