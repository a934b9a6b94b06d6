using Plumbline.Feedback.Tests;
using Xunit.MicrosoftTestingPlatform;

return args is [DoomedWriter.Command, var location]
    ? await DoomedWriter.RunAsync(location)
    : await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
